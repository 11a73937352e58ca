package dev.kohakku.workflow.task;

import dev.kohakku.common.wire.workflow.TaskEnd;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What workflows do with tasks. Every one is idempotent and blocks for one or two requests. A
 * refusal by the Controller ends in a failure that is not retried; everything else is.
 */
@ActivityInterface
public interface TaskActivities {

    /** The type of the failure when the Controller refuses a request. */
    String REFUSED = "RequestRefused";

    /**
     * Creates the task of a workflow, labelled with it. Done again for the same workflow and body,
     * it answers the task created first.
     *
     * @param workflowId the workflow's id, which is the request's idempotency key
     * @param task the body of {@code POST /api/v1/tasks}
     */
    @ActivityMethod(name = "createTask")
    Created createTask(String workflowId, Map<String, @Nullable Object> task);

    /**
     * Looks at a task.
     *
     * @return how it ended; null while it lives
     */
    @ActivityMethod(name = "lookUpTask")
    @Nullable TaskEnd lookUpTask(String taskId);

    /** Asks for a task's cancellation. A task that has ended stays as it ended. */
    @ActivityMethod(name = "cancelTask")
    void cancelTask(String taskId);

    /**
     * A task that exists.
     *
     * @param taskId which
     * @param end how it ended, if it has already; null while it lives
     */
    record Created(String taskId, @Nullable TaskEnd end) {}
}
