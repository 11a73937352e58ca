package dev.kohakku.workflow.singledispatch;

import dev.kohakku.common.wire.workflow.SingleDispatch;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Records the histories of {@link SingleDispatchReplayTest}: run {@code main} with a directory when
 * a new version of the workflow needs its own.
 */
final class SingleDispatchHistories {

    private static final String QUEUE = "recorded";

    private final FakeTasks tasks = new FakeTasks();

    private SingleDispatchHistories() {}

    public static void main(String[] args) throws IOException {
        var directory = Files.createDirectories(Path.of(args[0]));
        new SingleDispatchHistories()
                .record(
                        directory.resolve("completed-by-signal.json"),
                        (id, tasks, workflow) -> {
                            var end = FakeTasks.end(FakeTasks.taskOf(id), "COMPLETED", 0);
                            workflow.signal("taskEnded", end);
                        });
        new SingleDispatchHistories()
                .record(
                        directory.resolve("completed-by-look-up.json"),
                        (id, tasks, workflow) -> {
                            var task = FakeTasks.taskOf(id);
                            tasks.ends.put(task, FakeTasks.end(task, "FAILED", 3));
                        });
        new SingleDispatchHistories()
                .record(
                        directory.resolve("cancelled.json"),
                        (id, tasks, workflow) -> workflow.cancel());
        var refused = new SingleDispatchHistories();
        refused.tasks.refusal = "image: cannot be read";
        refused.record(directory.resolve("refused.json"), (id, tasks, workflow) -> {});
    }

    private void record(Path file, Course course) throws IOException {
        try (var temporal = TestWorkflowEnvironment.newInstance()) {
            // why an identity: the machine's name has no place in a recorded history.
            var worker =
                    temporal.newWorker(
                            QUEUE, WorkerOptions.newBuilder().setIdentity("worker").build());
            worker.registerWorkflowImplementationTypes(SingleDispatchWorkflowImpl.class);
            worker.registerActivitiesImplementations(tasks);
            temporal.start();
            var id = file.getFileName().toString();
            var options =
                    WorkflowOptions.newBuilder().setWorkflowId(id).setTaskQueue(QUEUE).build();
            WorkflowClient client = temporal.getWorkflowClient();
            var workflow = client.newUntypedWorkflowStub(SingleDispatch.TYPE, options);
            workflow.start(new SingleDispatch.Input(Map.of("image", "busybox")));
            temporal.sleep(Duration.ofSeconds(2));
            course.take(id, tasks, workflow);
            try {
                workflow.getResult(Object.class);
            } catch (WorkflowException ended) {
                System.out.println(id + ": " + ended.getCause());
            }
            Files.writeString(file, client.fetchHistory(id).toJson(true));
        }
    }

    private interface Course {
        void take(String id, FakeTasks tasks, WorkflowStub workflow);
    }
}
