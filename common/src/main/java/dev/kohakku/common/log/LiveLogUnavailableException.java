package dev.kohakku.common.log;

/**
 * The state Redis could not be reached. The lines are still in the backend and go to the archive.
 */
public class LiveLogUnavailableException extends RuntimeException {

    public LiveLogUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
