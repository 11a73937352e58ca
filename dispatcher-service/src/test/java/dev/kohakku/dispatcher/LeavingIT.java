package dev.kohakku.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.LoopDrill;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.dispatcher.RunningDispatcher.Place;
import dev.kohakku.dispatcher.backend.Backends;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.report.Orders;
import dev.kohakku.dispatcher.report.TestingController;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A dispatcher is cordoned, or stops: what it has begun goes on. */
@Timeout(90)
class LeavingIT {

    /** What a supervisor usually lets pass before it kills. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path work;

    private final HttpClient http = HttpClient.newHttpClient();
    private final TestingController tasks = new TestingController(Clock.systemUTC());
    private HttpController controller;
    private RunningDispatcher dispatcher;

    @BeforeEach
    void start() throws IOException {
        controller = new HttpController(tasks);
        dispatcher = RunningDispatcher.start(Place.at(work), controller);
        await().atMost(Duration.ofSeconds(20)).until(() -> readyStatus() == 200);
    }

    @AfterEach
    void stop() throws InterruptedException {
        dispatcher.close();
        controller.close();
    }

    private int readyStatus() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(dispatcher.url() + "/ready")).build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    private static TaskSpec of(String... command) {
        var spec = TestingSpec.of(command);
        return new TaskSpec(
                spec.name(),
                spec.image(),
                spec.command(),
                spec.instructions(),
                spec.context(),
                spec.skills(),
                spec.configs(),
                spec.secrets(),
                spec.env(),
                spec.resources(),
                spec.ports(),
                new RuntimeTarget(RuntimeType.WORKER, null),
                spec.timeouts(),
                spec.maxAttempts(),
                spec.priority(),
                spec.labels(),
                spec.completion(),
                spec.callbackUrl());
    }

    private AttemptId enqueue() {
        return enqueue(of("sleep", "300"));
    }

    private AttemptId enqueue(TaskSpec spec) {
        var attempt = tasks.queue(TestingIds.newAttempt(), spec);
        dispatcher.bean(TaskQueue.class).enqueue(List.of(new QueuedAttempt(attempt, null)));
        return attempt;
    }

    private AttemptId running() {
        return running(of("sleep", "300"));
    }

    private AttemptId running(TaskSpec spec) {
        var attempt = enqueue(spec);
        await().atMost(Duration.ofSeconds(20)).until(() -> isRunning(attempt));
        return attempt;
    }

    private boolean isRunning(AttemptId attempt) {
        return tasks.events(attempt).stream().anyMatch(AttemptEvent.Running.class::isInstance);
    }

    /** Stops the dispatcher as SIGTERM does; how the container stands then. */
    private ContainerStatus leaveAndLookAt(AttemptId attempt) throws InterruptedException {
        var backend = dispatcher.bean(Backends.class).of(RuntimeType.WORKER).orElseThrow();
        var begun = System.nanoTime();
        dispatcher.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE);
        var handle = backend.containers().find(attempt).orElseThrow();
        var status = backend.containers().inspect(handle);
        backend.containers().destroy(handle);
        return status;
    }

    @Test
    void theFarewellIsTheLastWordAndTheContainerRunsOn() throws Exception {
        var attempt = running();

        var status = leaveAndLookAt(attempt);

        assertThat(status).isInstanceOf(ContainerStatus.Running.class);
        assertThat(controller.leaves()).hasSize(1);
        assertThat(controller.leaves().getFirst().instance())
                .isEqualTo(controller.checkIns().getFirst().instance());
        assertThat(controller.paths()).last().asString().endsWith("/leave/");
        assertThat(tasks.ends(attempt)).isEmpty();
    }

    @Test
    void aControllerThatDoesNotAnswerTheFarewellHoldsNobodyUp() throws Exception {
        controller.hangAtLeave();
        var attempt = running();

        assertThat(leaveAndLookAt(attempt)).isInstanceOf(ContainerStatus.Running.class);
    }

    @Test
    void aContainerThatIgnoresTermDoesNotHoldUpTheStopNorIsItKilledByIt() throws Exception {
        var attempt = running(of("sh", "-c", "trap '' TERM; while :; do sleep 1; done"));
        tasks.requestCancel(attempt);
        dispatcher.bean(Orders.class).cancel(List.of(AttemptRef.of(attempt, new Epoch(1))));
        await().atMost(Duration.ofSeconds(20)).until(() -> isTold(attempt, "term_sent"));

        var status = leaveAndLookAt(attempt);

        assertThat(status).isInstanceOf(ContainerStatus.Running.class);
        assertThat(isTold(attempt, "kill_sent")).isFalse();
        assertThat(controller.leaves()).hasSize(1);
        assertThat(tasks.ends(attempt)).isEmpty();
    }

    private boolean isTold(AttemptId attempt, String step) {
        return tasks.events(attempt).stream()
                .anyMatch(event ->
                        event instanceof AttemptEvent.Backend backend
                                && backend.step().equals(step));
    }

    @Test
    void everyLoopStopsInTimeAtAnyMomentAndLeavesNoThread() throws Exception {
        var loops = dispatcher.beans(BackgroundLoop.class);
        assertThat(loops).hasSizeGreaterThan(3);

        for (var loop : loops) {
            LoopDrill.drill(loop);
        }
    }

    @Test
    void aCordonedDispatcherFinishesWhatItHasAndTakesNothingNewUntilItIsLifted() throws Exception {
        var before = running();
        var heard = controller.heartbeats().size();
        controller.cordon(true);
        // why some: a read that was going on when the cordon was drawn may still bring something.
        await().until(() -> controller.heartbeats().size() > heard + 5);

        var during = enqueue();
        await().during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(5))
                .until(() -> tasks.claims() == 1);
        assertThat(readyStatus()).isEqualTo(200);
        tasks.requestCancel(before);
        dispatcher.bean(Orders.class).cancel(List.of(AttemptRef.of(before, new Epoch(1))));
        await().atMost(Duration.ofSeconds(20)).until(() -> tasks.ends(before).size() == 1);
        controller.cordon(false);

        await().atMost(Duration.ofSeconds(20)).until(() -> isRunning(during));
        leaveAndLookAt(during);
    }
}
