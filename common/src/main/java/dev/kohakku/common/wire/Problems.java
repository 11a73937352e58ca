package dev.kohakku.common.wire;

import java.net.URI;

/**
 * The stable types of problem documents (RFC 9457) that services act on. Relative to nothing; each
 * is documented in {@code docs/api.md}.
 */
public final class Problems {

    /** The header that carries {@code DISPATCHER_API_KEY} in both directions. */
    public static final String API_KEY_HEADER = "X-API-Key";

    /** No such task. */
    public static final URI TASK_UNKNOWN = type("task-unknown");

    /** The attempt is not the task's current one. */
    public static final URI ATTEMPT_SUPERSEDED = type("attempt-superseded");

    /** The attempt is not on a queue yet; it will be delivered again. Says nothing of an end. */
    public static final URI ATTEMPT_PENDING = type("attempt-pending");

    /** The attempt has ended or was cancelled before it began. */
    public static final URI ATTEMPT_ENDED = type("attempt-ended");

    /** Another dispatcher owns the attempt. */
    public static final URI ATTEMPT_OWNED = type("attempt-owned");

    /** A write with an old attempt or epoch. Recorded, nothing changed. */
    public static final URI ATTEMPT_FENCED = type("attempt-fenced");

    /** The claiming dispatcher has no backend for the task's target. */
    public static final URI TARGET_NOT_SERVED = type("target-not-served");

    /** The dispatcher must check in first. */
    public static final URI DISPATCHER_UNKNOWN = type("dispatcher-unknown");

    /** A live process already uses this dispatcher id. */
    public static final URI DISPATCHER_ID_TAKEN = type("dispatcher-id-taken");

    /** The dispatcher takes its attempts from a stream and is not sent any. */
    public static final URI DISPATCH_MODE = type("dispatch-mode");

    /** The dispatcher cannot write its list now. */
    public static final URI QUEUE_UNAVAILABLE = type("queue-unavailable");

    private Problems() {}

    /** The type of a problem with this short name. */
    public static URI type(String name) {
        return URI.create("https://kohakku.dev/problems/" + name);
    }
}
