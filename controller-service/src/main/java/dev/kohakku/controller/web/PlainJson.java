package dev.kohakku.controller.web;

import dev.kohakku.common.wire.StorableText;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Free JSON of clients, restricted to what can be kept: text without NUL, numbers that are exact as
 * IEEE 754 doubles (RFC 8785 knows no others), no more than 50 levels.
 */
final class PlainJson {

    private static final int DEEPEST = 50;
    private static final BigInteger LARGEST = BigInteger.ONE.shiftLeft(53);

    private PlainJson() {}

    /** Notes what cannot be kept; returns whether everything can. */
    static boolean check(JsonNode node, String place, FieldErrors errors) {
        return check(node, place, 1, errors);
    }

    private static boolean check(JsonNode node, String place, int depth, FieldErrors errors) {
        var fault = faultOf(node, depth);
        if (fault != null) {
            errors.add(place, "unsupported", fault);
            return false;
        }
        var fine = true;
        if (node.isArray()) {
            for (var i = 0; i < node.size(); i++) {
                fine &= check(node.get(i), place + "[" + i + "]", depth + 1, errors);
            }
        }
        for (var entry : node.properties()) {
            var name = place + "." + Texts.shown(entry.getKey());
            var faultOfName = StorableText.faultOf(entry.getKey());
            if (faultOfName != null) {
                errors.add(name, "characters", "its name " + faultOfName);
                fine = false;
            }
            fine &= check(entry.getValue(), name, depth + 1, errors);
        }
        return fine;
    }

    private static @Nullable String faultOf(JsonNode node, int depth) {
        if (depth > DEEPEST) {
            return "is nested deeper than " + DEEPEST + " levels";
        }
        if (node.isString()) {
            return StorableText.faultOf(node.stringValue());
        }
        if (node.isIntegralNumber() && node.bigIntegerValue().abs().compareTo(LARGEST) > 0) {
            return "is a whole number beyond 2^53, which JSON readers round: send it as text";
        }
        if (node.isNumber() && !Double.isFinite(node.decimalValue().doubleValue())) {
            return "is a number too large for JSON readers: send it as text";
        }
        return null;
    }

    static @Nullable Object of(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT, POJO -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                node.properties().forEach(entry -> map.put(entry.getKey(), of(entry.getValue())));
                yield map;
            }
            case ARRAY -> {
                var list = new ArrayList<@Nullable Object>();
                node.forEach(child -> list.add(of(child)));
                yield list;
            }
            case STRING, BINARY -> node.stringValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER ->
                    node.isIntegralNumber()
                            ? (Object) node.longValue()
                            : node.decimalValue().doubleValue();
            case NULL, MISSING -> null;
        };
    }
}
