package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.FailureKind;
import org.jspecify.annotations.Nullable;

/**
 * A backend failed or refused, classified. The message holds the engine's own words and no secret.
 */
public final class BackendException extends RuntimeException {

    private final FailureKind kind;
    private final boolean unknown;

    private BackendException(
            FailureKind kind, boolean unknown, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.unknown = unknown;
    }

    /** The engine refused: nothing was done. */
    public static BackendException refused(
            FailureKind kind, String message, @Nullable Throwable cause) {
        return new BackendException(kind, false, message, cause);
    }

    /** The answer was lost: it may or may not have been done. */
    public static BackendException unknown(String message, @Nullable Throwable cause) {
        return new BackendException(FailureKind.BACKEND_ERROR, true, message, cause);
    }

    /** Why. */
    public FailureKind kind() {
        return kind;
    }

    /** Whether the call may have had its effect. */
    public boolean isUnknown() {
        return unknown;
    }
}
