package dev.kohakku.workflow.singledispatch;

import dev.kohakku.common.wire.workflow.TaskEnd;
import dev.kohakku.workflow.task.TaskActivities;
import io.temporal.failure.ApplicationFailure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Activities without a Controller: tasks are named after their workflow. */
final class FakeTasks implements TaskActivities {

    final List<String> calls = new CopyOnWriteArrayList<>();
    final Map<String, TaskEnd> ends = new ConcurrentHashMap<>();
    final AtomicInteger failuresOfCreate = new AtomicInteger();
    volatile String refusal = "";
    volatile Runnable whileCreating = () -> {};
    volatile String stateAfterCancel = "CANCELLED";

    static String taskOf(String workflowId) {
        return "task-of-" + workflowId;
    }

    static TaskEnd end(String task, String state, Integer exitCode) {
        return new TaskEnd(task, state, exitCode, null, null, null, Map.of("answer", 42));
    }

    @Override
    public Created createTask(String workflowId, Map<String, Object> task) {
        calls.add("create " + task.get("image"));
        if (failuresOfCreate.getAndDecrement() > 0) {
            throw new IllegalStateException("the Controller answered 503");
        }
        if (!refusal.isEmpty()) {
            throw ApplicationFailure.newNonRetryableFailure(refusal, REFUSED);
        }
        whileCreating.run();
        return new Created(taskOf(workflowId), ends.get(taskOf(workflowId)));
    }

    @Override
    public TaskEnd lookUpTask(String taskId) {
        calls.add("look up");
        return ends.get(taskId);
    }

    @Override
    public void cancelTask(String taskId) {
        calls.add("cancel");
        ends.put(taskId, end(taskId, stateAfterCancel, null));
    }
}
