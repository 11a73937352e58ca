package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.AttemptId;

/** The {@link StartPermit} was refused: by this call nothing ran, and nothing it made is left. */
public final class StartForbiddenException extends RuntimeException {

    public StartForbiddenException(AttemptId attempt) {
        super("the start of " + attempt.containerName() + " was not permitted");
    }
}
