package dev.kohakku.common.queue;

import dev.kohakku.common.task.RuntimeType;
import java.util.Locale;

/**
 * The names of a pool's streams: one for each runtime type, so that a reader gets only what it can
 * run.
 *
 * <p>A dispatcher that reads by type says so by the name it checks in with, <code>{stream}:any
 * </code>: a Controller that knows of it puts attempts on <code>{stream}:&lt;type&gt;</code>, and
 * one of an earlier version on the name as it stands, which such a dispatcher reads as well. The
 * braces are Redis Cluster's: all streams of a pool lie in one slot, and can be read at once.
 */
public final class PoolStreams {

    private static final String ANY = "}:any";

    private PoolStreams() {}

    /**
     * What a dispatcher checks in with that reads by type.
     *
     * @param stream the pool's stream in versions that have one for all types
     */
    public static String anyOf(String stream) {
        return "{" + stream + ANY;
    }

    /** Whether a dispatcher that checked in with this queue reads by type. */
    public static boolean isByType(String queue) {
        return queue.startsWith("{") && queue.endsWith(ANY);
    }

    /** Where attempts of this type go that are for whoever checked in with this queue. */
    public static String ofType(String queue, RuntimeType type) {
        return isByType(queue)
                ? queue.substring(0, queue.length() - "any".length())
                        + type.name().toLowerCase(Locale.ROOT)
                : queue;
    }

    /** The stream that earlier versions have instead, of a queue that is by type. */
    public static String legacyOf(String queue) {
        return queue.substring(1, queue.length() - ANY.length());
    }
}
