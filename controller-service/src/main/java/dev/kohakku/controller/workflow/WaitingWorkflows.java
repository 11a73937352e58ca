package dev.kohakku.controller.workflow;

import dev.kohakku.common.wire.workflow.TaskEnd;
import org.springframework.stereotype.Component;

/** Workflows that wait for the end of a task. */
@Component
public class WaitingWorkflows {

    private final TemporalWorkflows temporal;
    private final WorkflowInstances instances;

    WaitingWorkflows(TemporalWorkflows temporal, WorkflowInstances instances) {
        this.temporal = temporal;
        this.instances = instances;
    }

    /**
     * Tells the workflow a task belongs to how the task ended. Blocks for a request; idempotent:
     * the workflow keeps the first it hears.
     *
     * @param instance the id of the workflow instance; anything else is nobody's
     * @return false when no workflow waits for it: it has ended, or never was
     * @throws TemporalUnavailableException when it is not known whether the workflow was told
     */
    public boolean tell(String instance, TaskEnd end) {
        var told = temporal.signalTaskEnded(instance, end);
        instances.lookSoon(instance);
        return told;
    }
}
