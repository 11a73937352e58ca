package dev.kohakku.controller.web;

import java.io.IOException;
import java.net.SocketTimeoutException;

/**
 * The body of a request did not arrive as it was announced. A type of its own, because what the
 * client did must never be taken from the bare cause: a connection to Postgres or to another engine
 * ends and times out in the same words, and is no fault of the client.
 */
final class BodyReadException extends IOException {

    private static final long serialVersionUID = 1L;

    BodyReadException(IOException cause) {
        super("the request's body cannot be read: " + cause.getMessage(), cause);
    }

    /** What the client is told. */
    Problem problem() {
        return getCause() instanceof SocketTimeoutException
                ? CommonProblems.tooSlow()
                : CommonProblems.cutShort();
    }
}
