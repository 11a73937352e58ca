package dev.kohakku.common.wire.workflow;

/** The signals and queries every workflow over tasks understands. */
public final class WorkflowSignals {

    /**
     * Signal with a {@link TaskEnd}: a task that carries the workflow's label has ended. May come
     * twice, and for tasks the workflow does not know.
     */
    public static final String TASK_ENDED = "taskEnded";

    /** Query without arguments: where the workflow stands. */
    public static final String STATUS = "status";

    private WorkflowSignals() {}
}
