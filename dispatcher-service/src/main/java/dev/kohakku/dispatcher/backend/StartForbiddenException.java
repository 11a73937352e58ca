package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.AttemptId;

/** The {@link StartPermit} was refused: by this call nothing ran. */
public final class StartForbiddenException extends RuntimeException {

    public StartForbiddenException(AttemptId attempt) {
        super("the start of " + attempt.containerName() + " was not permitted");
    }
}
