package dev.kohakku.dispatcher.backend.kubernetes;

import static dev.kohakku.dispatcher.backend.StartPermits.STOPPED;
import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.StopProgress;
import dev.kohakku.dispatcher.backend.kubernetes.TestingKubelet.Step;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

/** The Pod vanishes, one test for each phase of its life, and for ever. */
@Timeout(60)
class KubernetesPhasesTest {

    private final KubernetesUnderTest under = new KubernetesUnderTest();
    private final KubernetesBackend backend = under.backend("test");
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> progress = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        threads.shutdownNow();
        backend.close();
        under.cluster().close();
    }

    private ContainerSpec spec(Program program) {
        return ContainerSpecs.spec().image(under.image()).runs(program).build();
    }

    private Future<ContainerHandle> starting(ContainerSpec spec) {
        return threads.submit(
                () -> backend.start(spec, YES, (step, words) -> progress.add(step + ": " + words)));
    }

    private static String key(ContainerSpec spec) {
        return TestingObjects.key("pods", "default", spec.attempt().containerName());
    }

    private void vanish(ContainerSpec spec) {
        under.cluster().objects().vanish(key(spec));
    }

    private void awaitProgress(String words) {
        await().until(() -> progress.stream().anyMatch(each -> each.contains(words)));
    }

    private void assertVanishedAtStart(Future<ContainerHandle> start, ContainerSpec spec)
            throws Exception {
        assertThatThrownBy(start::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        BackendException.class,
                        failed -> {
                            assertThat(failed.kind()).isEqualTo(FailureKind.CONTAINER_VANISHED);
                            assertThat(failed.isUnknown()).isFalse();
                        });
        assertThat(backend.find(spec.attempt())).isEmpty();
        assertThat(under.cluster().objects().list("secrets/", each -> true)).isEmpty();
    }

    @Test
    void behindItsGateItIsMadeAnew() throws Exception {
        var spec = spec(under.exits(4));
        assertThatThrownBy(() -> backend.start(spec, STOPPED, StartProgress.NONE))
                .isInstanceOf(InterruptedException.class);
        vanish(spec);
        var handle = backend.start(spec, YES, StartProgress.NONE);
        assertThat(backend.awaitExit(handle)).isInstanceOf(ContainerStatus.Exited.class);
    }

    @Test
    void whileThePermitIsAskedTheStartIsUnknownAndCalledAgain() throws Exception {
        var spec = spec(under.exits(4));
        assertThatThrownBy(() ->
                        backend.start(
                                spec,
                                () -> {
                                    vanish(spec);
                                    return true;
                                },
                                StartProgress.NONE))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isUnknown()).isTrue());
        var handle = backend.start(spec, YES, StartProgress.NONE);
        assertThat(backend.awaitExit(handle)).isInstanceOf(ContainerStatus.Exited.class);
    }

    @Test
    void whileItWaitsForANode() throws Exception {
        under.cluster().kubelet().hold(Step.SCHEDULING);
        var spec = spec(under.sleeps());
        var start = starting(spec);
        awaitProgress("Insufficient cpu");
        vanish(spec);
        assertVanishedAtStart(start, spec);
    }

    @Test
    void whileItWaitsForANodeAndIsDeletedByHand() throws Exception {
        under.cluster().kubelet().hold(Step.SCHEDULING);
        var spec = spec(under.sleeps());
        var start = starting(spec);
        awaitProgress("Insufficient cpu");
        under.cluster().objects().delete(key(spec), TestingObjects.object());
        assertVanishedAtStart(start, spec);
    }

    @Test
    void whileItsImageIsPulled() throws Exception {
        under.cluster().kubelet().hold(Step.PULLING);
        var spec = spec(under.sleeps());
        var start = starting(spec);
        awaitProgress("ContainerCreating");
        vanish(spec);
        assertVanishedAtStart(start, spec);
    }

    @Test
    void whileItsImageIsPulledAndItIsDeletedByHand() throws Exception {
        under.cluster().kubelet().hold(Step.PULLING);
        var spec = spec(under.sleeps());
        var start = starting(spec);
        awaitProgress("ContainerCreating");
        under.cluster().objects().delete(key(spec), TestingObjects.object());
        assertVanishedAtStart(start, spec);
    }

    @Test
    void whileItRuns() throws Exception {
        var spec = spec(under.sleeps());
        var handle = backend.start(spec, YES, StartProgress.NONE);
        var waiting = threads.submit((Callable<ContainerStatus>) () -> backend.awaitExit(handle));
        vanish(spec);
        assertThat(waiting.get()).isInstanceOf(ContainerStatus.Missing.class);
    }

    @Test
    void whileItRunsAndIsDeletedByHandThatIsNotItsProgramsEnd() throws Exception {
        var spec = spec(under.sleeps());
        var handle = backend.start(spec, YES, StartProgress.NONE);
        under.cluster().objects().delete(key(spec), TestingObjects.object());
        assertThat(backend.awaitExit(handle))
                .isInstanceOfSatisfying(
                        ContainerStatus.Failed.class,
                        failed -> {
                            assertThat(failed.kind()).isEqualTo(FailureKind.CONTAINER_VANISHED);
                            assertThat(failed.reason()).contains("deleted", "143");
                            assertThat(failed.startedAt()).isNotNull();
                        });
        backend.destroy(handle);
        assertThat(under.cluster().objects().list("pods/", each -> true)).isEmpty();
    }

    /** Nothing more is heard of it: no event says when its time is over. */
    @Test
    void whileItsNodeIsLost() throws Exception {
        var spec = spec(under.sleeps());
        var handle = backend.start(spec, YES, StartProgress.NONE);
        var waiting = threads.submit((Callable<ContainerStatus>) () -> backend.awaitExit(handle));
        under.cluster().kubelet().die();
        under.cluster()
                .objects()
                .change(
                        key(spec),
                        pod -> {
                            ((ObjectNode) pod.get("metadata"))
                                    .put(
                                            "deletionTimestamp",
                                            TestingObjects.now()
                                                    .minus(PodStates.NODE_GRACE)
                                                    .plusSeconds(2)
                                                    .toString())
                                    .put("deletionGracePeriodSeconds", 30);
                            TestingKubelet.condition(
                                    pod,
                                    "DisruptionTarget",
                                    "True",
                                    "DeletionByTaintManager",
                                    "Taint manager: deleting due to NoExecute taint");
                        });
        assertThat(waiting.get())
                .isInstanceOfSatisfying(
                        ContainerStatus.Failed.class,
                        failed -> assertThat(failed.kind()).isEqualTo(FailureKind.NODE_LOST));
    }

    @Test
    void betweenItsExitAndOurLook() throws Exception {
        var spec = spec(under.exits(0));
        under.cluster().kubelet().hold(Step.RUNNING);
        var handle = backend.start(spec, YES, StartProgress.NONE);
        under.cluster().silence(true);
        under.cluster().kubelet().letGo(Step.RUNNING);
        await().until(() -> TestingObjects.hasEnded(under.cluster().objects().mustGet(key(spec))));
        vanish(spec);
        assertThat(backend.awaitExit(handle)).isInstanceOf(ContainerStatus.Missing.class);
    }

    /** Garbage collection of ended Pods, or a careless hand: the finalizer keeps the end. */
    @Test
    void anEndedPodThatIsDeletedKeepsItsEndAndItsLog() throws Exception {
        var spec = spec(under.prints(3));
        var handle = backend.start(spec, YES, StartProgress.NONE);
        backend.awaitExit(handle);
        under.cluster().objects().delete(key(spec), TestingObjects.object());
        assertThat(backend.inspect(handle)).isInstanceOf(ContainerStatus.Exited.class);
        assertThat(backend.logs().read(handle, (stream, at, text) -> progress.add(text))).isTrue();
        assertThat(progress).containsExactly("line 1", "line 2", "line 3", "end");
        backend.destroy(handle);
        assertThat(backend.inspect(handle)).isInstanceOf(ContainerStatus.Missing.class);
    }

    @Test
    void whileItIsStopped() throws Exception {
        var spec = spec(under.ignoresTerm());
        var handle = backend.start(spec, YES, StartProgress.NONE);
        var steps = new CopyOnWriteArrayList<StopProgress.Step>();
        var stopping =
                threads.submit(() -> {
                    backend.stop(handle, Duration.ofSeconds(20), steps::add);
                    return null;
                });
        await().until(() -> steps.contains(StopProgress.Step.TERM_SENT));
        vanish(spec);
        stopping.get();
        assertThat(steps).containsExactly(StopProgress.Step.TERM_SENT, StopProgress.Step.GONE);
    }
}
