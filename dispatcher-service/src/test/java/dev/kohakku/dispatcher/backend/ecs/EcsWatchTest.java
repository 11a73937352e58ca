package dev.kohakku.dispatcher.backend.ecs;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerLogsContract.Lines;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.StopProgress.Step;
import dev.kohakku.dispatcher.backend.ecs.TestingEcs.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Finding, watching, stopping and forgetting tasks, of an API that shows things late. */
@Timeout(60)
class EcsWatchTest {

    private final EcsUnderTest under = EcsUnderTest.quick();
    private final TestingEcs ecs = under.ecs();
    private final EcsBackend backend = under.backend("blue");

    @AfterEach
    void close() {
        backend.close();
        ecs.close();
    }

    private ContainerHandle start(Program program) throws InterruptedException {
        return backend.start(
                ContainerSpecs.spec().image(under.image()).runs(program).build(),
                YES,
                StartProgress.NONE);
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<T>();
            for (Future<T> each : threads.invokeAll(calls)) {
                answers.add(each.get());
            }
            return answers;
        }
    }

    @Test
    void aHundredAndFiftyTasksAreWatchedByTwoCallsEachTime() throws Exception {
        var starts = new ArrayList<Callable<ContainerHandle>>();
        for (int i = 0; i < 150; i++) {
            starts.add(() -> start(under.runs(Duration.ofSeconds(2))));
        }
        var handles = atOnce(starts);
        var before = ecs.calls("DescribeTasks");
        var waits = new ArrayList<Callable<ContainerStatus>>();
        handles.forEach(handle -> waits.add(() -> backend.awaitExit(handle)));
        assertThat(atOnce(waits)).allMatch(ContainerStatus.Exited.class::isInstance);
        // why 150: one at a time would be that many for a single look at each.
        assertThat(ecs.calls("DescribeTasks") - before).isLessThan(150);
    }

    @Test
    void manyWhoSeekAreServedByFewLists() throws Exception {
        for (int i = 0; i < 10; i++) {
            start(under.sleeps());
        }
        var before = ecs.calls("ListTasks");
        var seeks = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 200; i++) {
            seeks.add(() -> backend.find(ContainerSpecs.spec().build().attempt()).isEmpty());
        }
        assertThat(atOnce(seeks)).containsOnly(true);
        assertThat(ecs.calls("ListTasks") - before).isLessThan(50);
    }

    @Test
    void inALargeClusterOneSeekDoesNotReadItAll() throws Exception {
        var starts = new ArrayList<Callable<ContainerHandle>>();
        for (int i = 0; i < 450; i++) {
            starts.add(() -> start(under.sleeps()));
        }
        var handles = atOnce(starts);
        var other = under.backend("blue");
        assertThat(other.list()).hasSize(450);
        var before = ecs.calls("ListTasks");
        assertThat(other.find(ContainerSpecs.spec().build().attempt())).isEmpty();
        assertThat(ecs.calls("ListTasks") - before).isEqualTo(2);
        assertThat(under.backend("blue").find(handles.get(300).attempt()))
                .contains(handles.get(300));
    }

    @Test
    void aTaskThatIsNotToBeSeenYetIsNotMissing() throws InterruptedException {
        ecs.cluster().invisibleFor = Duration.ofSeconds(2);
        var handle = start(under.sleeps());
        assertThat(backend.inspect(handle)).isInstanceOf(ContainerStatus.Running.class);
    }

    @Test
    void aTaskThatIsNotToBeSeenYetIsStoppedAllTheSame() throws Exception {
        ecs.cluster().invisibleFor = Duration.ofSeconds(1);
        var spec = ContainerSpecs.spec().image(under.image()).runs(under.sleeps()).build();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var starting = threads.submit(() -> backend.start(spec, YES, StartProgress.NONE));
            await().until(() -> !ecs.cluster().tasks().isEmpty());
            starting.cancel(true);
        }
        var handle = backend.find(spec.attempt()).orElseThrow();
        backend.destroy(handle);
        assertThat(backend.list()).isEmpty();
        assertThat(ecs.cluster().tasks().getFirst().described(Instant.now()))
                .containsEntry("lastStatus", "STOPPED");
    }

    @Test
    void aTaskThatComesUpAfterALongCallWhoseReplyWasLostIsWaitedFor() throws InterruptedException {
        ecs.cluster().invisibleFor = Duration.ofSeconds(1);
        // why so long: the time to come up in must not have begun with the call alone.
        ecs.fail("RunTask", Fault.lostReply().after(Duration.ofMillis(4_300)));
        var spec = ContainerSpecs.spec().image(under.image()).runs(under.sleeps()).build();
        assertThatThrownBy(() -> backend.start(spec, YES, StartProgress.NONE))
                .isInstanceOfSatisfying(
                        BackendException.class, lost -> assertThat(lost.isUnknown()).isTrue());
        assertThat(ecs.cluster().tasks()).hasSize(1);
        assertThat(backend.find(spec.attempt())).isPresent();
    }

    @Test
    void aTaskThatComesUpAfterALongCallThatWasInterruptedIsWaitedFor() throws Exception {
        ecs.fail("RunTask", Fault.lostReply().after(Duration.ofMillis(4_800)));
        var spec = ContainerSpecs.spec().image(under.image()).runs(under.sleeps()).build();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var starting = threads.submit(() -> backend.start(spec, YES, StartProgress.NONE));
            await().until(() -> ecs.calls("RunTask") == 1);
            TimeUnit.MILLISECONDS.sleep(4_200);
            starting.cancel(true);
        }
        assertThat(backend.find(spec.attempt())).isPresent();
    }

    @Test
    void anEndIsSeenBeforeEcsHasTidiedUp() throws InterruptedException {
        var handle =
                backend.start(
                        ContainerSpecs.spec()
                                .image(under.image())
                                .runs(under.exits(4))
                                .env("FAKE_DEPROVISIONING", "PT1H")
                                .build(),
                        YES,
                        StartProgress.NONE);
        assertThat(backend.awaitExit(handle))
                .isInstanceOfSatisfying(
                        ContainerStatus.Exited.class,
                        exited -> assertThat(exited.result().exitCode()).isEqualTo(4));
        backend.destroy(handle);
        assertThat(backend.list()).isEmpty();
        await().untilAsserted(() -> assertThat(under.backend("blue").list()).isEmpty());
    }

    @Test
    void watchingGoesOnWhileAwsIsAway() throws Exception {
        var handle = start(under.runs(Duration.ofMillis(400)));
        ecs.fail(
                "DescribeTasks",
                Fault.error(500, "ServerException", "Service Unavailable."),
                Fault.lostRequest(),
                Fault.lostRequest(),
                Fault.lostReply(),
                Fault.error(500, "ServerException", "Service Unavailable."));
        assertThat(backend.awaitExit(handle)).isInstanceOf(ContainerStatus.Exited.class);
    }

    @Test
    void aLookWhileAwsIsAwayIsAnError() throws InterruptedException {
        var handle = start(under.sleeps());
        var away = Fault.error(500, "ServerException", "Service Unavailable.");
        ecs.fail("DescribeTasks", away, away, away);
        assertThatThrownBy(() -> backend.inspect(handle)).isInstanceOf(BackendException.class);
        assertThat(backend.inspect(handle)).isInstanceOf(ContainerStatus.Running.class);
    }

    @Test
    void whatOneDispatcherHasDestroyedTheOthersDoNotList() throws InterruptedException {
        var other = under.backend("blue");
        var handle = start(under.exits(0));
        backend.awaitExit(handle);
        assertThat(other.list()).containsExactly(handle);
        backend.destroy(handle);
        await().untilAsserted(() -> assertThat(other.list()).isEmpty());
        assertThat(other.find(handle.attempt())).isEmpty();
        assertThat(other.inspect(handle)).isInstanceOf(ContainerStatus.Missing.class);
        assertThat(under.backend("blue").list()).isEmpty();
    }

    @Test
    void whereEcsTakesNoTagOfAStoppedTaskItIsListedElsewhereAndDestroyedAgain()
            throws InterruptedException {
        ecs.cluster().takesTagsOfStopped = false;
        var handle = start(under.exits(0));
        backend.awaitExit(handle);
        backend.destroy(handle);
        assertThat(backend.list()).isEmpty();
        var other = under.backend("blue");
        assertThat(other.list()).containsExactly(handle);
        other.destroy(handle);
        assertThat(other.list()).isEmpty();
    }

    @Test
    void aTaskThatRunsIsListedThoughItIsMarkedAsDestroyed() throws InterruptedException {
        var handle = start(under.sleeps());
        ecs.cluster().tasks().getFirst().tag(Map.of(EcsTags.DESTROYED, "true"));
        assertThat(backend.list()).containsExactly(handle);
        assertThat(under.backend("blue").list()).containsExactly(handle);
    }

    @Test
    void aStopWhoseReplyIsLostIsSentAgain() throws InterruptedException {
        var handle = start(under.sleeps());
        ecs.fail("StopTask", Fault.lostReply());
        var steps = new ArrayList<Step>();
        backend.stop(handle, Duration.ZERO, steps::add);
        assertThat(steps).endsWith(Step.GONE);
        assertThat(backend.inspect(handle)).isInstanceOf(ContainerStatus.Exited.class);
    }

    @Test
    void theLogIsReadThroughFaultsWithoutALineTwiceOrLost() throws InterruptedException {
        var handle = start(under.prints(12_000));
        var away = Fault.error(500, "ServiceUnavailableException", "The service failed.");
        ecs.fail(
                "GetLogEvents",
                away,
                away,
                away,
                Fault.error(400, "ThrottlingException", "Rate exceeded"));
        var lines = new Lines();
        assertThat(backend.logs().read(handle, lines)).isTrue();
        assertThat(lines.of(LogStream.STDOUT)).hasSize(12_001).endsWith("end");
    }

    @Test
    void outputThatComesLateIsStillRead() throws InterruptedException {
        ecs.cluster().ingestion = Duration.ofMillis(250);
        var handle = start(under.prints(3));
        backend.awaitExit(handle);
        var lines = new Lines();
        assertThat(backend.logs().read(handle, lines)).isTrue();
        assertThat(lines.all()).containsExactly("line 1", "line 2", "line 3", "end");
    }

    @Test
    void attemptsOfManyDigitsHaveNamesThatEcsTakes() {
        var task = ContainerSpecs.spec().build().attempt().task();
        assertThat(EcsTags.startedBy(new AttemptId(task, 999))).hasSize(36);
        assertThat(new EcsTags("blue", "d").clientToken(new AttemptId(task, 999_999_999)))
                .hasSizeLessThanOrEqualTo(64);
    }
}
