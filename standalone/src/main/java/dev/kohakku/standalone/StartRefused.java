package dev.kohakku.standalone;

/**
 * The platform cannot be started; the message says why and what to do, to the person at the
 * terminal.
 */
final class StartRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StartRefused(String message) {
        super(message);
    }

    StartRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
