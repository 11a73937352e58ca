package dev.kohakku.controller.workflow;

import org.jspecify.annotations.Nullable;

/** How a workflow stands on Temporal. */
sealed interface WorkflowStanding {

    /**
     * It goes on.
     *
     * @param heldUpBy the words of the step that fails again and again; null when none does
     */
    record Running(@Nullable String heldUpBy) implements WorkflowStanding {}

    /** It came to its end, with this result. */
    record Completed(Object result) implements WorkflowStanding {}

    /** It ended otherwise, for this reason. */
    record Failed(String reason) implements WorkflowStanding {}

    /** It was cancelled. */
    record Cancelled() implements WorkflowStanding {}

    /** Temporal knows nothing of it. */
    record Unknown() implements WorkflowStanding {}
}
