package dev.kohakku.common.queue.redis;

import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a queued attempt is written into a stream: the fields of one entry. */
final class QueueEntry {

    private static final String TASK_ID = "task_id";
    private static final String ATTEMPT = "attempt";
    private static final String TRACEPARENT = "traceparent";

    private QueueEntry() {}

    static Map<String, String> write(QueuedAttempt queued) {
        var fields = new LinkedHashMap<String, String>();
        fields.put(TASK_ID, queued.attempt().task().toString());
        fields.put(ATTEMPT, Integer.toString(queued.attempt().number()));
        if (queued.traceparent() != null) {
            fields.put(TRACEPARENT, queued.traceparent());
        }
        return fields;
    }

    /** The fields in a script's answer: names and values in turn. */
    static Map<String, String> fields(List<?> words) {
        var fields = new LinkedHashMap<String, String>();
        for (var i = 0; i + 1 < words.size(); i += 2) {
            fields.put((String) words.get(i), (String) words.get(i + 1));
        }
        return fields;
    }

    /**
     * Reads the fields; more of them than known are passed over.
     *
     * @throws IllegalArgumentException when they do not name an attempt, saying why
     */
    static QueuedAttempt read(Map<String, String> fields) {
        var task = required(fields, TASK_ID);
        var number = required(fields, ATTEMPT);
        if (!number.matches("[1-9]\\d{0,8}")) {
            throw new IllegalArgumentException(
                    ATTEMPT + " '" + number + "' is not a number from 1");
        }
        TaskId id;
        try {
            id = TaskId.parse(task);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    TASK_ID + " '" + task + "' is not a UUID", malformed);
        }
        return new QueuedAttempt(
                new AttemptId(id, Integer.parseInt(number)), fields.get(TRACEPARENT));
    }

    private static String required(Map<String, String> fields, String name) {
        var value = fields.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }
}
