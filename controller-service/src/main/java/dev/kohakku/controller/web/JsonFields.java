package dev.kohakku.controller.web;

import dev.kohakku.common.wire.StorableText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads the fields of one JSON object and notes everything that is wrong instead of stopping at the
 * first. A field that is absent or {@code null} counts as not given; one that is wrong is noted and
 * read as not given. Every field asked for is known; {@link #refuseUnknown} notes the others.
 */
public final class JsonFields {

    private final JsonNode object;
    private final String path;
    private final FieldErrors errors;
    private final Set<String> known = new HashSet<>();

    private JsonFields(JsonNode object, String path, FieldErrors errors) {
        this.object = object;
        this.path = path;
        this.errors = errors;
    }

    /**
     * The fields of a node; none, with a note, when it is no object.
     *
     * @param path where the node stands, empty for the whole body
     */
    public static JsonFields of(JsonNode node, String path, FieldErrors errors) {
        if (node.isObject()) {
            return new JsonFields(node, path, errors);
        }
        errors.add(path.isEmpty() ? "body" : path, "type", "must be an object, not " + kind(node));
        return new JsonFields(JsonNodeFactory.instance.objectNode(), path, errors);
    }

    /** The place of a field of this object. */
    public String placeOf(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Notes an error of a field of this object. */
    public void refuse(String name, String code, String message) {
        errors.add(placeOf(name), code, message);
    }

    /** Whether the field is given at all, right or wrong. */
    public boolean has(String name) {
        return given(name) != null;
    }

    /** Notes the field as missing unless it is given. */
    public void require(String name) {
        if (given(name) == null) {
            refuse(name, "missing", "is required");
        }
    }

    /** A text of at most so many characters, counted in Unicode code points. */
    public @Nullable String text(String name, int longest) {
        var node = given(name);
        return node == null ? null : text(node, placeOf(name), longest);
    }

    /** A text read further, by something that says what is wrong as IllegalArgumentException. */
    public <T> @Nullable T parsed(String name, int longest, Function<String, T> parse) {
        var text = text(name, longest);
        if (text == null) {
            return null;
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException refused) {
            refuse(name, "format", String.valueOf(refused.getMessage()));
            return null;
        }
    }

    /** A whole number within bounds. */
    public @Nullable Integer whole(String name, int least, int most) {
        var node = given(name);
        if (node == null) {
            return null;
        }
        if (!node.isIntegralNumber()) {
            refuse(name, "type", "must be a whole number, not " + kind(node));
            return null;
        }
        if (!node.canConvertToInt() || node.intValue() < least || node.intValue() > most) {
            refuse(name, "range", "must be from " + least + " to " + most + ", got " + node);
            return null;
        }
        return node.intValue();
    }

    /** An object as plain Java values. */
    @SuppressWarnings("unchecked") // why: an object's plain form is a map by text
    public @Nullable Map<String, Object> object(String name) {
        var node = given(name);
        if (node == null) {
            return null;
        }
        if (!node.isObject()) {
            refuse(name, "type", "must be an object, not " + kind(node));
            return null;
        }
        return PlainJson.check(node, placeOf(name), errors)
                ? (Map<String, Object>) PlainJson.of(node)
                : null;
    }

    /** The fields of an object within this one; empty ones when it is not given. */
    public JsonFields fields(String name) {
        var node = given(name);
        return of(
                node == null ? JsonNodeFactory.instance.objectNode() : node, placeOf(name), errors);
    }

    /** A list of texts, checked one by one: place, then text. */
    public List<String> texts(
            String name, int most, int longest, BiConsumer<String, String> check) {
        var texts = new ArrayList<String>();
        for (var element : elements(name, most)) {
            var text = text(element.node(), element.place(), longest);
            if (text != null) {
                check.accept(element.place(), text);
                texts.add(text);
            }
        }
        return texts;
    }

    /** A list of texts of at most so many characters each; what is not text is noted. */
    public List<String> texts(String name, int most, int longest) {
        return elements(name, most).stream()
                .map(element -> text(element.node(), element.place(), longest))
                .filter(Objects::nonNull)
                .toList();
    }

    /** A list of objects. */
    public List<JsonFields> objects(String name, int most) {
        return elements(name, most).stream()
                .map(element -> of(element.node(), element.place(), errors))
                .toList();
    }

    /** An object whose values are all text. */
    public Map<String, String> textByName(String name, int most, int longest) {
        var node = given(name);
        var texts = new LinkedHashMap<String, String>();
        if (node == null) {
            return texts;
        }
        if (!node.isObject()) {
            refuse(name, "type", "must be an object of text by name, not " + kind(node));
            return texts;
        }
        if (node.size() > most) {
            refuse(name, "too_many", "has " + node.size() + " entries, allowed are " + most);
            return texts;
        }
        node.properties()
                .forEach(entry -> {
                    var place = placeOf(name) + "." + Texts.shown(entry.getKey());
                    var text = text(entry.getValue(), place, longest);
                    texts.put(entry.getKey(), text == null ? "" : text);
                });
        return texts;
    }

    /** Notes every field nobody asked for. Call it last. */
    public void refuseUnknown() {
        for (var name : object.propertyNames()) {
            if (!known.contains(name)) {
                refuse(
                        Texts.shown(name),
                        "unknown",
                        "is not a field here; known are "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    private @Nullable JsonNode given(String name) {
        known.add(name);
        var node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    private List<Element> elements(String name, int most) {
        var node = given(name);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray()) {
            refuse(name, "type", "must be a list, not " + kind(node));
            return List.of();
        }
        if (node.size() > most) {
            refuse(name, "too_many", "has " + node.size() + " elements, allowed are " + most);
            return List.of();
        }
        var elements = new ArrayList<Element>();
        node.forEach(child ->
                elements.add(new Element(placeOf(name) + "[" + elements.size() + "]", child)));
        return elements;
    }

    private @Nullable String text(JsonNode node, String place, int longest) {
        if (!node.isString()) {
            errors.add(place, "type", "must be text, not " + kind(node));
            return null;
        }
        var text = node.stringValue();
        // why code points: an emoji is one character to who wrote it.
        var characters = text.codePointCount(0, text.length());
        if (characters > longest) {
            errors.add(
                    place, "too_long", "has " + characters + " characters, allowed are " + longest);
            return null;
        }
        var fault = StorableText.faultOf(text);
        if (fault != null) {
            errors.add(place, "characters", fault);
            return null;
        }
        return text;
    }

    static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case BOOLEAN -> "true or false";
            case NUMBER -> "a number";
            case OBJECT, POJO -> "an object";
            case STRING, BINARY -> "text";
            case NULL, MISSING -> "nothing";
        };
    }

    private record Element(String place, JsonNode node) {}
}
