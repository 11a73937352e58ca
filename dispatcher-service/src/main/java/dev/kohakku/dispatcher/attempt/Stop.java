package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.FailureKind;

/** Why an attempt must not go on. */
sealed interface Stop {

    /** The attempt is not ours any more. Goes before everything else. */
    record Fenced() implements Stop {}

    /** Somebody cancelled it. */
    record Cancel() implements Stop {}

    /**
     * A deadline has passed.
     *
     * @param message names the timeout and its length
     */
    record TimedOut(FailureKind kind, String message) implements Stop {}

    /** The agent has checked back, and its grace is over. */
    record CheckedBack() implements Stop {}
}
