package dev.kohakku.e2e.kubernetes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value of a YAML document.
 *
 * @param value null where there is none
 */
record Node(@Nullable Object value) {

    /** The value under these names, each within the one before. */
    Node at(String... path) {
        var found = value;
        for (var name : path) {
            found = found instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return new Node(found);
    }

    boolean isAbsent() {
        return value == null;
    }

    /** What it reads as; empty where there is none. */
    String text() {
        return Objects.toString(value, "");
    }

    /** The members of a list; none of anything else. */
    List<Node> each() {
        return value instanceof List<?> list ? list.stream().map(Node::of).toList() : List.of();
    }

    /** The fields of an object; none of anything else. */
    Map<String, Node> fields() {
        var fields = new LinkedHashMap<String, Node>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, field) -> fields.put(String.valueOf(name), new Node(field)));
        }
        return fields;
    }

    /** Whether all of these fields are in it, with the same values. */
    boolean has(Node wanted) {
        return fields().entrySet().containsAll(wanted.fields().entrySet());
    }

    private static Node of(@Nullable Object value) {
        return new Node(value);
    }
}
