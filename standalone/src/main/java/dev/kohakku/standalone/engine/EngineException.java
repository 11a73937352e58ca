package dev.kohakku.standalone.engine;

import org.jspecify.annotations.Nullable;

/** An engine did not start or did not do as told; the message names the engine and says why. */
public final class EngineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
