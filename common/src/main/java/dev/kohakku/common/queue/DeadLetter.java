package dev.kohakku.common.queue;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry nobody is given any more.
 *
 * @param id the queue's own name of the letter, to forget it by
 * @param entryId what the entry was called while it was delivered; never given to two entries of
 *     one queue, so that it tells whether a letter has been read before
 * @param reason why it was buried, for a person
 * @param fields the entry as it was written, readable or not
 * @param queued what it says; null when it cannot be read. An entry that can be read was delivered
 *     too often
 */
public record DeadLetter(
        String id,
        String entryId,
        String reason,
        Map<String, String> fields,
        @Nullable QueuedAttempt queued) {

    public DeadLetter {
        fields = Map.copyOf(fields);
    }
}
