package dev.kohakku.common.queue.redis;

import dev.kohakku.common.queue.DeadLetter;
import dev.kohakku.common.queue.QueuedAttempt;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an entry is written among the dead letters: the words {@code reason} and {@code entry_id}
 * with their values, then its own fields ({@link QueueScripts#BURY}).
 */
final class BuriedEntry {

    private static final int OURS = 4;

    private BuriedEntry() {}

    /** Reads a letter. One that something else wrote there is shown as it is. */
    static DeadLetter read(String id, List<?> words) {
        if (words.size() < OURS
                || !"reason".equals(words.get(0))
                || !"entry_id".equals(words.get(2))) {
            return new DeadLetter(
                    id, id, "not a dead letter of the queue", QueueEntry.fields(words), null);
        }
        var fields = QueueEntry.fields(words.subList(OURS, words.size()));
        return new DeadLetter(
                id, (String) words.get(3), (String) words.get(1), fields, readIfPossible(fields));
    }

    private static @Nullable QueuedAttempt readIfPossible(Map<String, String> fields) {
        try {
            return QueueEntry.read(fields);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }
}
