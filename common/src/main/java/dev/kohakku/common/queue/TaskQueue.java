package dev.kohakku.common.queue;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A queue of attempts with competing consumers. At-least-once: an entry may be delivered twice, and
 * every entry may be lost with the engine (Postgres can fill the queue again). Thread-safe.
 * Failures of the engine are {@link QueueUnavailableException} and leave nothing half-done that a
 * repetition would not mend.
 */
public interface TaskQueue {

    /** Appends entries in order. After an exception any prefix of them may have been appended. */
    void enqueue(List<QueuedAttempt> attempts);

    /**
     * Takes up to {@code most} new entries for this consumer, blocking up to {@code wait} for the
     * first. Creates the queue and its consumer group when they are missing. Entries that cannot be
     * read are moved to the dead-letter queue with the reason and not returned. An entry that is
     * taken while the caller is interrupted is not lost: {@link #takeOver} finds it.
     *
     * @param most at least 1
     * @param wait zero for not at all
     * @return possibly empty
     */
    List<Delivery> take(int most, Duration wait) throws InterruptedException;

    /**
     * Takes over up to {@code most} entries that some consumer (a dead one, or this one before a
     * restart) has held for longer than {@code idle} without acknowledging them. Entries delivered
     * too often are moved to the dead-letter queue.
     *
     * @param inHands the ids of entries this consumer is still working on: they are passed over,
     *     for a slow Controller must not make a dead letter of an entry that somebody holds
     */
    List<Delivery> takeOver(int most, Duration idle, Set<String> inHands);

    /** Ends a delivery: the entry is removed. Idempotent. */
    void acknowledge(Delivery delivery);

    /** Moves a delivery to the dead-letter queue with a reason for a person. Idempotent. */
    void bury(Delivery delivery, String reason);

    /**
     * Reads dead letters, the oldest first, and leaves them where they are. Needs no consumer group
     * and makes none.
     *
     * @param most at least 1
     * @return possibly empty, also for a queue that never was
     */
    List<DeadLetter> deadLetters(int most);

    /** Removes a dead letter for good: whoever needs it has kept it. Idempotent. */
    void forget(DeadLetter letter);

    /** Entries not yet taken by anybody plus those pending. An estimate. */
    long depth();
}
