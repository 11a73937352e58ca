package dev.kohakku.e2e.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.yaml.snakeyaml.Yaml;

/** Which fields the API's objects have: {@code schemas.json}. Thread-safe. */
final class Schemas {

    private final Node schemas;

    Schemas() {
        try (var file = Schemas.class.getResourceAsStream("/kubernetes/schemas.json")) {
            var json = Objects.requireNonNull(file).readAllBytes();
            schemas = new Node(new Yaml().load(new String(json, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the API would refuse of the object; empty when nothing. */
    List<String> faults(Node object) {
        var kind = object.at("apiVersion").text() + " " + object.at("kind").text();
        var schema = schemas.at("kinds", kind);
        var faults = new ArrayList<String>();
        if (schema.isAbsent()) {
            faults.add("no schema of '" + kind + "': name it in make-schemas.py");
        } else {
            check(kind, object, schema, faults);
        }
        return faults;
    }

    private void check(String where, Node value, Node schema, List<String> faults) {
        var reference = schema.at("$ref");
        if (!reference.isAbsent()) {
            check(where, value, schemas.at("definitions", reference.text()), faults);
            return;
        }
        if (!hasType(value, schema.at("type"))) {
            faults.add(where + " is " + value.text() + ", not " + schema.at("type").text());
            return;
        }
        var allowed = schema.at("enum").each();
        if (!allowed.isEmpty() && !allowed.contains(value)) {
            faults.add(where + " is " + value.text() + ", not one of " + allowed);
        }
        for (var name : schema.at("required").each()) {
            if (value.at(name.text()).isAbsent()) {
                faults.add(where + " lacks " + name.text());
            }
        }
        checkFields(where, value, schema, faults);
        for (var member : value.each()) {
            check(where + "[]", member, schema.at("items"), faults);
        }
    }

    private void checkFields(String where, Node value, Node schema, List<String> faults) {
        var values = schema.at("values");
        for (var field : value.fields().entrySet()) {
            var known = schema.at("properties", field.getKey());
            var inner = where + "." + field.getKey();
            if (!known.isAbsent()) {
                check(inner, field.getValue(), known, faults);
            } else if (!values.isAbsent()) {
                check(inner, field.getValue(), values, faults);
            } else if (!schema.at("properties").isAbsent()) {
                faults.add(inner + " is no field");
            }
        }
    }

    private static boolean hasType(Node value, Node type) {
        if (!type.each().isEmpty()) {
            return type.each().stream().anyMatch(each -> hasType(value, each));
        }
        return switch (type.text()) {
            case "string" -> value.value() instanceof String;
            case "integer" -> value.value() instanceof Integer || value.value() instanceof Long;
            case "number" -> value.value() instanceof Number;
            case "boolean" -> value.value() instanceof Boolean;
            case "array" -> value.value() instanceof List<?>;
            case "object" -> value.value() instanceof Map<?, ?>;
            default -> true;
        };
    }
}
