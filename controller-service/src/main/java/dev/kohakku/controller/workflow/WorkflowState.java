package dev.kohakku.controller.workflow;

/** Where a workflow instance stands. */
enum WorkflowState {
    /** Accepted. The follower starts it on Temporal, for as long as that takes. */
    PENDING_START,

    /** Temporal has it. The follower sees its end; a worker brings it there. */
    RUNNING,

    /** It came to its end. Its result says how its task ended, which may be a failure. */
    COMPLETED,

    /** It could not come to its end: refused by the Controller, timed out, or terminated. */
    FAILED,

    /** It was cancelled, and so were its tasks. */
    CANCELLED;

    /** Whether nothing follows. */
    boolean isTerminal() {
        return switch (this) {
            case PENDING_START, RUNNING -> false;
            case COMPLETED, FAILED, CANCELLED -> true;
        };
    }
}
