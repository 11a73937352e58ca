package dev.kohakku.controller.workflow;

/** Temporal could not be asked. Whatever was asked for may have been done; asking again is safe. */
public final class TemporalUnavailableException extends RuntimeException {

    private final boolean away;

    TemporalUnavailableException(String message, Throwable cause, boolean away) {
        super(message, cause);
        this.away = away;
    }

    /** Whether nobody answered at all, so that asking for another workflow is in vain as well. */
    boolean isAway() {
        return away;
    }
}
