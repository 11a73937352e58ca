package dev.kohakku.workflow.singledispatch;

import dev.kohakku.common.wire.workflow.SingleDispatch;
import dev.kohakku.common.wire.workflow.TaskEnd;
import dev.kohakku.common.wire.workflow.WorkflowSignals;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** {@link SingleDispatch} as Temporal sees it. */
@WorkflowInterface
public interface SingleDispatchWorkflow {

    /**
     * Runs one task and answers how it ended. A cancellation cancels the task, waits for its end
     * and ends the workflow as cancelled.
     */
    @WorkflowMethod(name = SingleDispatch.TYPE)
    TaskEnd run(SingleDispatch.Input input);

    /** A task of this workflow has ended. */
    @SignalMethod(name = WorkflowSignals.TASK_ENDED)
    void taskEnded(TaskEnd end);

    /** Where it stands. */
    @QueryMethod(name = WorkflowSignals.STATUS)
    SingleDispatch.Status status();
}
