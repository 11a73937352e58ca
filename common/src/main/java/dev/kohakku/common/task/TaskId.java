package dev.kohakku.common.task;

import java.util.UUID;

/**
 * Identifies a task. A version 7 UUID (RFC 9562), so that ids sort by creation time; the Controller
 * makes them.
 *
 * @param value the UUID
 */
public record TaskId(UUID value) implements Comparable<TaskId> {

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException when {@code text} is not a UUID of 36 characters
     */
    public static TaskId parse(String text) {
        // why the length: UUID.fromString also takes shortened groups such as "1-1-1-1-1".
        if (text.length() != 36) {
            throw new IllegalArgumentException("'" + text + "' is not a UUID");
        }
        return new TaskId(UUID.fromString(text));
    }

    @Override
    public int compareTo(TaskId other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
