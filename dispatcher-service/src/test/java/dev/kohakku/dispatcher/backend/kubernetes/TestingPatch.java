package dev.kohakku.dispatcher.backend.kubernetes;

import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** RFC 6902, as far as it is used: test, add, remove. */
final class TestingPatch {

    private TestingPatch() {}

    static void apply(ObjectNode document, JsonNode operation) {
        var path = JsonPointer.compile(operation.get("path").asString());
        var parent = document.at(path.head());
        var last = path.last().getMatchingProperty();
        switch (operation.get("op").asString()) {
            case "test" -> {
                var found = document.at(path);
                var wanted = operation.get("value");
                if (found.isMissingNode() ? !wanted.isNull() : !found.equals(wanted)) {
                    throw refused("test of " + path + " failed");
                }
            }
            case "add" -> {
                if (parent instanceof ObjectNode object) {
                    object.set(last, operation.get("value"));
                } else if (parent instanceof ArrayNode array && last.equals("-")) {
                    array.add(operation.get("value"));
                } else {
                    throw refused("cannot add to " + path);
                }
            }
            case "remove" -> {
                var removed =
                        switch (parent) {
                            case ArrayNode array -> array.remove(Integer.parseInt(last));
                            case ObjectNode object -> object.remove(last);
                            default -> null;
                        };
                if (removed == null) {
                    throw refused("there is no " + path);
                }
            }
            default -> throw refused("unknown operation " + operation);
        }
    }

    private static TestingRefusal refused(String words) {
        return new TestingRefusal(422, "Invalid", words);
    }
}
