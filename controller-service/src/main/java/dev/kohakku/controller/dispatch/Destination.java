package dev.kohakku.controller.dispatch;

import dev.kohakku.common.queue.QueueUnavailableException;
import java.util.List;

/** Where the attempts of one queue are put. Thread-safe; putting twice is harmless. */
interface Destination {

    /** The name of the queue. */
    String queue();

    /**
     * Puts attempts there, and tells the receipt of each what has become of it, in time for its row
     * to be still ours. May return before: what takes time must not hold up other destinations.
     *
     * @throws QueueUnavailableException when the engine that all queues share is away; the receipt
     *     was told
     */
    void put(List<Ready> attempts, Receipt receipt);

    /** Hears what has become of attempts, each once, on any thread. */
    interface Receipt {

        /** They are on the queue. */
        void arrived(List<Ready> attempts);

        /** They may be on the queue or not: they are to be put there, or elsewhere, again. */
        void refused(List<Ready> attempts);
    }
}
