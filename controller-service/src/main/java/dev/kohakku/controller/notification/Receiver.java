package dev.kohakku.controller.notification;

import java.time.Duration;

/** Somebody who waits for ends of one kind. */
interface Receiver {

    /** The kind, as the outbox names it. */
    String kind();

    /** The pause after the first failure; it doubles with each. */
    Duration firstPause();

    /** The most a pause grows to. */
    Duration longestPause();

    /** How many deliveries to one place this process makes at once. */
    int mostPerPlace();

    /**
     * Delivers. Blocks. May come again for one that was delivered.
     *
     * @return one sentence for the timeline, or an empty text where it is not worth one
     * @throws RefusedForGoodException when trying again makes no sense
     * @throws Exception when it is to be tried again
     */
    String deliver(Announcement announcement) throws Exception;
}
