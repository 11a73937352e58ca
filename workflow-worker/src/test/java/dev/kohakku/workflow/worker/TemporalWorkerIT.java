package dev.kohakku.workflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.temporal.TemporalAccess;
import dev.kohakku.common.wire.workflow.SingleDispatch;
import dev.kohakku.common.wire.workflow.TaskEnd;
import dev.kohakku.common.wire.workflow.WorkflowSignals;
import dev.kohakku.standalone.engine.EmbeddedTemporal;
import dev.kohakku.standalone.engine.TestEngines;
import dev.kohakku.workflow.task.ControllerTasks;
import dev.kohakku.workflow.testing.FakeController;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TemporalWorkerIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int BURST = 40;

    private final FakeController controller = new FakeController();
    private final String queue = "test-" + UUID.randomUUID();

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void aWorkflowSurvivesTheDeathOfItsWorkerBetweenTheCreationAndTheSignal() throws Exception {
        var address = TestEngines.temporal().address();
        var service = connect(address);
        var workflow = workflow(service);
        var first = worker(address);
        first.start();
        workflow.start(new SingleDispatch.Input(Map.of("image", "busybox", "priority", 5)));
        await().atMost(LIMIT).until(() -> phaseOf(workflow) == SingleDispatch.Phase.AWAITING_END);

        first.stop();
        var end =
                new TaskEnd("task-1", "COMPLETED", 0, null, null, "results/x", Map.of("lines", 12));
        workflow.signal(WorkflowSignals.TASK_ENDED, end);
        var second = worker(address);
        second.start();

        assertThat(workflow.getResult(TaskEnd.class)).isEqualTo(end);
        assertThat(controller.requests("POST", "/api/v1/tasks")).hasSize(1);
        second.stop();
        service.shutdownNow();
    }

    @Test
    void threeWorkersOfOneQueueShareItsWorkflows() throws Exception {
        var service = connect(TestEngines.temporal().address());
        var controllers = List.of(controller, new FakeController(), new FakeController());
        var workers =
                controllers.stream()
                        .map(each -> worker(TestEngines.temporal().address(), each))
                        .toList();
        workers.forEach(TemporalWorker::start);
        for (var worker : workers) {
            assertThat(worker.awaitPolling(LIMIT)).isTrue();
        }
        var started = new AtomicInteger();

        // why many at once: one after the other all go to whoever polled last.
        await().atMost(LIMIT)
                .until(() -> {
                    startAtOnce(service, BURST);
                    started.addAndGet(BURST);
                    return controllers.stream()
                            .noneMatch(each -> each.requests("POST", "/api/v1/tasks").isEmpty());
                });

        await().atMost(LIMIT)
                .until(() ->
                        controllers.stream()
                                        .mapToInt(each ->
                                                each.requests("POST", "/api/v1/tasks").size())
                                        .sum()
                                == started.get());
        workers.forEach(TemporalWorker::stop);
        controllers.forEach(FakeController::close);
        service.shutdownNow();
    }

    @Test
    void aWorkerThatStartsBeforeTemporalPollsOnceItIsThere() throws Exception {
        var port = freePort();
        var worker = worker("127.0.0.1:" + port);
        worker.start();
        assertThat(worker.awaitPolling(Duration.ofMillis(500))).isFalse();

        try (var _ = EmbeddedTemporal.start(port)) {
            assertThat(worker.awaitPolling(LIMIT)).isTrue();
            assertThat(worker.isRunning()).isTrue();
            worker.stop();
        }
        assertThat(worker.isRunning()).isFalse();
    }

    @Test
    void aWorkerThatNeverReachedTemporalStopsAtOnce() throws Exception {
        var worker = worker("127.0.0.1:" + freePort());
        worker.start();

        worker.stop();

        assertThat(worker.isRunning()).isFalse();
        assertThat(worker.awaitPolling(Duration.ZERO)).isFalse();
    }

    private TemporalWorker worker(String address) {
        return worker(address, controller);
    }

    private TemporalWorker worker(String address, FakeController controller) {
        return new TemporalWorker(
                new TemporalProperties(
                        address,
                        "default",
                        queue,
                        "",
                        "",
                        5,
                        Duration.ofMillis(200),
                        Duration.ofSeconds(2)),
                TemporalAccess.OPEN,
                new ControllerTasks(controller.properties(), ObservationRegistry.NOOP),
                new SimpleMeterRegistry());
    }

    private void startAtOnce(WorkflowServiceStubs service, int workflows) {
        try (var starts = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < workflows; i++) {
                starts.execute(() ->
                        workflow(service)
                                .start(new SingleDispatch.Input(Map.of("image", "busybox"))));
            }
        }
    }

    private WorkflowStub workflow(WorkflowServiceStubs service) {
        return WorkflowClient.newInstance(service)
                .newUntypedWorkflowStub(
                        SingleDispatch.TYPE,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(UUID.randomUUID().toString())
                                .setTaskQueue(queue)
                                .build());
    }

    private static SingleDispatch.Phase phaseOf(WorkflowStub workflow) {
        return workflow.query(WorkflowSignals.STATUS, SingleDispatch.Status.class).phase();
    }

    private static WorkflowServiceStubs connect(String address) {
        return WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
