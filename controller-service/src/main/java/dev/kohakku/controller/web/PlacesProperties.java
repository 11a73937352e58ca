package dev.kohakku.controller.web;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many requests of each kind are handled at once; 0 for what the heap and the pool of Postgres
 * allow.
 *
 * @param services of dispatchers
 * @param callbacks of containers
 * @param logs readers and followers of logs
 * @param clients everybody else
 * @param peerPercent how many percent of those of clients, and of those of logs, one token or
 *     address may have
 */
record PlacesProperties(
        @DefaultValue("0") int services,
        @DefaultValue("0") int callbacks,
        @DefaultValue("0") int logs,
        @DefaultValue("0") int clients,
        @DefaultValue("50") int peerPercent) {

    /** A request costs some of this: its buffers, its thread, what it has read of its answer. */
    private static final int BYTES_OF_ONE = 1 << 20;

    /** Who waits behind so many others for a connection of the pool still gets one in time. */
    private static final int FOR_EACH_CONNECTION = 16;

    private static final int FEWEST = 16;
    private static final int MOST = 2_000;

    PlacesProperties {
        notNegative("services", services);
        notNegative("callbacks", callbacks);
        notNegative("logs", logs);
        notNegative("clients", clients);
        if (peerPercent < 1 || peerPercent > 100) {
            throw new IllegalArgumentException(
                    "kohakku.http.places.peer-percent (" + peerPercent + ") is from 1 to 100");
        }
    }

    private static void notNegative(String key, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    "kohakku.http.places." + key + " (" + value + ") must not be negative");
        }
    }

    /**
     * The same with a number for each kind: half a place per MB of heap, and at most 16 per
     * connection of the pool, for services and for clients; half of that for callbacks; for logs,
     * which hold no connection, half a place per MB alone.
     */
    PlacesProperties filledIn(long heap, int pool) {
        var ofHeap = heap / 2 / BYTES_OF_ONE;
        var ofBoth = Math.min(ofHeap, (long) pool * FOR_EACH_CONNECTION);
        return new PlacesProperties(
                or(services, ofBoth),
                or(callbacks, ofBoth / 2),
                or(logs, ofHeap),
                or(clients, ofBoth),
                peerPercent);
    }

    private static int or(int set, long usual) {
        return set > 0 ? set : Math.clamp(usual, FEWEST, MOST);
    }

    /** How many of so many places one peer may have. */
    int ofPeer(int places) {
        return Math.max(1, places * peerPercent / 100);
    }
}
