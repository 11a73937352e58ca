package dev.kohakku.common.task;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Identifies a task. A version 7 UUID (RFC 9562), so that ids sort by creation time; the Controller
 * makes them.
 *
 * @param value the UUID
 */
public record TaskId(UUID value) implements Comparable<TaskId> {

    private static final Pattern FORM =
            Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException when {@code text} is not a UUID of 36 characters
     */
    public static TaskId parse(String text) {
        // why: UUID.fromString also takes groups of other lengths, such as "1-1-1-1-1".
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + Abbreviated.of(text) + "' is not a UUID of 36 characters");
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
