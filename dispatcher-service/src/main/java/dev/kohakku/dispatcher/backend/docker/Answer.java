package dev.kohakku.dispatcher.backend.docker;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;

/** What the engine answered to a request. No answer at all is a {@link BackendException}. */
sealed interface Answer<T> {

    /** It did as asked. */
    record Ok<T>(T value) implements Answer<T> {}

    /**
     * It refused.
     *
     * @param status the HTTP status
     * @param words its own message
     */
    record Refused<T>(int status, String words) implements Answer<T> {

        boolean isMissing() {
            return status == 404;
        }

        /** As a failure of the engine, where the request could not rightly be refused. */
        BackendException asFailure() {
            return as(FailureKind.BACKEND_ERROR);
        }

        BackendException as(FailureKind kind) {
            return BackendException.refused(kind, words, null);
        }
    }
}
