package dev.kohakku.common.queue.redis;

import dev.kohakku.common.queue.QueuedAttempt;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * An element of a list: {@code <entry id> <fields as a JSON object of texts>}.
 *
 * @param id never given twice
 * @param fields what stands behind it; of an element that something else wrote, all of it under
 *     {@code element}
 */
record ListEntry(String id, Map<String, String> fields) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    static ListEntry of(QueuedAttempt queued) {
        return new ListEntry(UUID.randomUUID().toString(), QueueEntry.write(queued));
    }

    /** Reads an element, whoever wrote it; the id is what the scripts take for it. */
    static ListEntry read(String element) {
        var space = element.indexOf(' ');
        if (space <= 0) {
            return new ListEntry(element, Map.of("element", element));
        }
        try {
            var fields = JSON.readValue(element.substring(space + 1), TEXTS);
            return new ListEntry(element.substring(0, space), withoutNulls(fields));
        } catch (JacksonException malformed) {
            return new ListEntry(element.substring(0, space), Map.of("element", element));
        }
    }

    private static Map<String, String> withoutNulls(Map<String, String> read) {
        var fields = new LinkedHashMap<String, String>();
        read.forEach((name, value) -> {
            if (value != null) {
                fields.put(name, value);
            }
        });
        return fields;
    }

    String element() {
        return id + " " + JSON.writeValueAsString(fields);
    }
}
