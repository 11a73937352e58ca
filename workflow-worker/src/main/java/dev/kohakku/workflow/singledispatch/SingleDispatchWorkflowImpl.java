package dev.kohakku.workflow.singledispatch;

import dev.kohakku.common.wire.workflow.SingleDispatch;
import dev.kohakku.common.wire.workflow.SingleDispatch.Phase;
import dev.kohakku.common.wire.workflow.TaskEnd;
import dev.kohakku.workflow.task.TaskActivities;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Deterministic: no clock, no random number, no I/O but activities. */
public class SingleDispatchWorkflowImpl implements SingleDispatchWorkflow {

    private static final Duration LOOK_UP_INTERVAL = Duration.ofMinutes(5);

    private final TaskActivities tasks =
            Workflow.newActivityStub(
                    TaskActivities.class,
                    ActivityOptions.newBuilder()
                            .setStartToCloseTimeout(Duration.ofMinutes(1))
                            .setRetryOptions(
                                    RetryOptions.newBuilder()
                                            .setInitialInterval(Duration.ofSeconds(1))
                                            .setMaximumInterval(Duration.ofSeconds(30))
                                            .build())
                            .build());
    private final Map<String, TaskEnd> ends = new HashMap<>();
    private Phase phase = Phase.CREATING_TASK;
    private @Nullable String taskId;

    @Override
    public TaskEnd run(SingleDispatch.Input input) {
        var task = createTask(input);
        phase = Phase.AWAITING_END;
        try {
            return awaitEnd(task);
        } catch (TemporalFailure failure) {
            if (!CancellationScope.current().isCancelRequested()) {
                throw failure;
            }
            phase = Phase.CANCELLING;
            cancel(task);
            // why even if the task was faster: to Temporal's SDK for Java a cancelled workflow
            // stays
            // one, whatever it returns. The end is in the task.
            throw failure;
        } finally {
            phase = Phase.ENDED;
        }
    }

    @Override
    public void taskEnded(TaskEnd end) {
        ends.putIfAbsent(end.taskId(), end);
    }

    @Override
    public SingleDispatch.Status status() {
        return new SingleDispatch.Status(phase, taskId);
    }

    // why detached: a cancellation in the middle of a creation would leave a task nobody knows of.
    private String createTask(SingleDispatch.Input input) {
        var created = new TaskActivities.Created[1];
        var workflowId = Workflow.getInfo().getWorkflowId();
        Workflow.newDetachedCancellationScope(
                        () -> created[0] = tasks.createTask(workflowId, input.task()))
                .run();
        var task = created[0];
        taskId = task.taskId();
        if (task.end() != null) {
            taskEnded(task.end());
        }
        return task.taskId();
    }

    private TaskEnd awaitEnd(String task) {
        while (!Workflow.await(LOOK_UP_INTERVAL, () -> ends.containsKey(task))) {
            var end = tasks.lookUpTask(task);
            if (end != null) {
                taskEnded(end);
            }
        }
        var end = ends.get(task);
        if (end == null) {
            throw new IllegalStateException("awaited, so it is there: the end of " + task);
        }
        return end;
    }

    private void cancel(String task) {
        Workflow.newDetachedCancellationScope(
                        () -> {
                            tasks.cancelTask(task);
                            awaitEnd(task);
                        })
                .run();
    }
}
