package dev.kohakku.controller.explain;

import dev.kohakku.common.task.FailureKind;

/** What to do about a task that has failed. */
final class Advice {

    static final String UNVERIFIED =
            "Look in /api/v1/leaks whether its container was found: nobody who could see it has said that it is gone.";

    private Advice() {}

    /** What to do, and what the platform did by itself. */
    static String on(FailureKind kind, Facts.Ended facts) {
        return on(kind) + " " + retries(kind, facts.task()) + redrive(kind, facts);
    }

    /** How what is a dead letter is done again; empty for what is none. */
    private static String redrive(FailureKind kind, Facts.Ended facts) {
        var again = facts.end().redrivenAs();
        if (again != null) {
            return " Task " + again + " does it again.";
        }
        if (!kind.isRetryable()
                || facts.task().times().cancelRequested() != null
                || facts.end().expired()) {
            return "";
        }
        return " It is a dead letter: POST /api/v1/dead-letters/"
                + facts.task().id()
                + "/redrive submits it again.";
    }

    /** What to do, in one sentence. */
    static String on(FailureKind kind) {
        return switch (kind) {
            case EXIT_CODE -> "Read the log: the program itself ended with a failure.";
            case AGENT_FAILED ->
                    "Read the log and the agent's own message: the agent reported a failure.";
            case AGENT_SILENT ->
                    "Let the agent check back before it ends, or submit with completion=exit_code.";
            case OUT_OF_MEMORY -> "Raise resources.memory, or let the program use less.";
            case START_REFUSED ->
                    "Correct the command: it is not in the image, or not executable there.";
            case START_TIMEOUT ->
                    "Raise start_timeout_seconds if the image is large; else look at the backend's events for what held it up.";
            case RUN_TIMEOUT ->
                    "Raise timeout_seconds, or read the log for what the program was waiting for.";
            case QUEUE_TIMEOUT ->
                    "Raise queue_timeout_seconds or priority, or add dispatchers for this target.";
            case EXPIRED -> "Submit it again with a later expires_at, if it is still wanted.";
            case IMAGE_NOT_FOUND ->
                    "Correct the image's name and tag, or give the dispatcher credentials if it is private.";
            case IMAGE_ACCESS_DENIED ->
                    "Give the dispatcher's engine credentials the registry accepts.";
            case IMAGE_PULL_FAILED ->
                    "Look whether the registry can be reached from the dispatcher, then submit it again.";
            case NO_CAPACITY ->
                    "Ask for less cpu and memory, or add room to the backend, then submit it again.";
            case QUOTA_EXCEEDED -> "Raise the quota, or wait until other tasks have ended.";
            case BACKEND_ERROR ->
                    "Look at the backend's own words and its health in /api/v1/dispatchers, then submit it again.";
            case CONTAINER_VANISHED ->
                    "Find out who removes containers on that machine, then submit it again.";
            case EVICTED ->
                    "Read the platform's own words for what it ran short of; ask for what the program really uses, then submit it again.";
            case NODE_LOST -> "Look after the machine it ran on, then submit it again.";
            case DISPATCHER_LOST ->
                    "Look why the dispatcher is gone, and in /api/v1/leaks for what it left, then submit it again.";
            case BRIEF_UNAVAILABLE ->
                    "Look whether the object store answers, and whether the task's context can be written.";
            case INTERNAL -> "Report it with the task's id: it is a defect of the platform.";
        };
    }

    /** Why no other attempt followed. */
    private static String retries(FailureKind kind, Facts.Task task) {
        if (!kind.isRetryable()) {
            return "No other attempt was made: a failure of this kind is not tried again.";
        }
        if (task.times().cancelRequested() != null) {
            return "No other attempt was made: it was being cancelled.";
        }
        return task.attemptsLeft() == 0
                ? "No other attempt was made: max_attempts (" + task.maxAttempts() + ") is used up."
                : "No other attempt was made.";
    }
}
