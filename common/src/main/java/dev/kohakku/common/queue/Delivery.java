package dev.kohakku.common.queue;

/**
 * A queue entry in a consumer's hands. Stays pending, and is delivered again to somebody after a
 * while, until it is acknowledged.
 *
 * @param entryId the queue's own name of the entry
 * @param queued what it says
 * @param count how often it has been delivered, from 1
 */
public record Delivery(String entryId, QueuedAttempt queued, long count) {}
