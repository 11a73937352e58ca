package dev.kohakku.controller.workflow;

/** Temporal could not be asked. Whatever was asked for may have been done; asking again is safe. */
public final class TemporalUnavailableException extends RuntimeException {

    TemporalUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
