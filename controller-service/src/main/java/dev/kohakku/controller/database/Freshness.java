package dev.kohakku.controller.database;

import org.jspecify.annotations.Nullable;

/**
 * How new what a client reads must be, and how new it was: of one request, on its thread. A client
 * shows with each request the newest position it was answered, so that it never goes back in time.
 */
final class Freshness {

    private static final ThreadLocal<@Nullable Freshness> CURRENT = new ThreadLocal<>();

    private final @Nullable Lsn wanted;
    private @Nullable Lsn seen;
    private boolean atPrimary;

    private Freshness(@Nullable Lsn wanted) {
        this.wanted = wanted;
    }

    /** Begins a request of a client that has seen as much as this; {@link #end} must follow. */
    static Freshness begin(@Nullable Lsn wanted) {
        var freshness = new Freshness(wanted);
        CURRENT.set(freshness);
        return freshness;
    }

    /** Ends the request of this thread. */
    static void end() {
        CURRENT.remove();
    }

    /** The request of this thread, if it is on one's behalf. */
    static @Nullable Freshness current() {
        return CURRENT.get();
    }

    /** What a replica must have replayed for the request of this thread. */
    static @Nullable Lsn wantedNow() {
        var current = CURRENT.get();
        return current == null ? null : current.wanted;
    }

    /** A replica has answered, and had replayed this afterwards. */
    void sawReplica(Lsn position) {
        seen = position.later(seen);
    }

    /** The primary has answered what a replica might have. */
    void sawPrimary() {
        atPrimary = true;
    }

    /** Whether nothing but replicas has told what is in the answer. */
    boolean isOfReplicas() {
        return seen != null && !atPrimary;
    }

    /** The newest that is known to have been seen; null where nothing is. */
    @Nullable Lsn newest() {
        return seen == null ? wanted : seen.later(wanted);
    }
}
