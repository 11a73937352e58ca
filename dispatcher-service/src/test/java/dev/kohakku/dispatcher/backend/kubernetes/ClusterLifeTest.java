package dev.kohakku.dispatcher.backend.kubernetes;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.MemoryQuantity;
import dev.kohakku.common.task.Resources;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendFactory.Owner;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.StopProgress;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a real cluster does to Pods, by {@code make cluster}. */
@Tag("cluster")
@Timeout(90)
class ClusterLifeTest {

    private static final Program FAILS_BY_TERM =
            Program.shell("trap 'exit 1' TERM; while :; do sleep 0.1; done");

    @TempDir Path directory;
    private final ClusterUnderTest under = new ClusterUnderTest();
    private final String installation = "test-" + UUID.randomUUID().toString().substring(0, 8);
    private final KubernetesBackend backend = under.backend(installation);
    private final KubernetesClient client = new Cluster(ClusterUnderTest.settings("")).client();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> progress = new CopyOnWriteArrayList<>();

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        threads.shutdownNow();
        for (var handle : backend.list()) {
            backend.destroy(handle);
        }
        assertThat(backend.list()).isEmpty();
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        client.secrets()
                                .withLabel(PodLabels.INSTALLATION, installation)
                                .list()
                                .getItems()
                                .isEmpty());
        backend.close();
    }

    private ContainerSpecs spec(Program program) {
        return ContainerSpecs.spec().image(under.image()).runs(program);
    }

    private ContainerHandle started(Program program) throws InterruptedException {
        return backend.start(spec(program).build(), YES, StartProgress.NONE);
    }

    private Pod pod(ContainerHandle handle) {
        return client.pods().withName(handle.attempt().containerName()).get();
    }

    private List<String> logOf(ContainerHandle handle) throws InterruptedException {
        var lines = new ArrayList<String>();
        assertThat(backend.logs().read(handle, (stream, at, text) -> lines.add(text))).isTrue();
        return lines;
    }

    private static void assertFailed(ContainerStatus status, FailureKind kind) {
        assertThat(status)
                .isInstanceOfSatisfying(
                        ContainerStatus.Failed.class,
                        failed -> assertThat(failed.kind()).as(failed.reason()).isEqualTo(kind));
    }

    @Test
    void aPodDeletedByHandWhileItRunsHasVanishedAndKeepsItsLog() throws Exception {
        var handle =
                started(
                        Program.shell(
                                "echo here; trap 'exit 1' TERM; while :; do sleep 0.1; done"));
        client.resource(pod(handle)).delete();
        assertFailed(backend.awaitExit(handle), FailureKind.CONTAINER_VANISHED);
        assertThat(logOf(handle)).containsExactly("here");
    }

    @Test
    void aPodDeletedByForceKeepsItsEnd() throws Exception {
        var handle = started(FAILS_BY_TERM);
        client.resource(pod(handle)).withGracePeriod(0).delete();
        assertFailed(backend.awaitExit(handle), FailureKind.CONTAINER_VANISHED);
    }

    @Test
    void whatIsStoppedKeepsItsEndAndItsLog() throws Exception {
        var handle =
                started(
                        Program.shell(
                                "echo here; trap 'echo bye; exit 3' TERM; while :; do sleep 0.1; done"));
        backend.stop(handle, Duration.ofSeconds(5), StopProgress.NONE);
        assertThat(backend.inspect(handle))
                .isInstanceOfSatisfying(
                        ContainerStatus.Exited.class,
                        exited -> assertThat(exited.result().exitCode()).isEqualTo(3));
        assertThat(logOf(handle)).containsExactly("here", "bye");
    }

    @Test
    void anEndedPodThatIsDeletedKeepsItsEndAndItsLog() throws Exception {
        var handle = started(under.prints(3));
        var end = backend.awaitExit(handle);
        client.resource(pod(handle)).delete();
        assertThat(backend.inspect(handle)).isEqualTo(end);
        assertThat(logOf(handle)).containsExactly("line 1", "line 2", "line 3", "end");
    }

    @Test
    void anEvictionIsNotTheProgramsEnd() throws Exception {
        var handle = started(FAILS_BY_TERM);
        client.pods().withName(handle.attempt().containerName()).evict();
        assertFailed(backend.awaitExit(handle), FailureKind.EVICTED);
    }

    @Test
    void theActiveDeadlineIsATimeout() throws Exception {
        var handle = started(FAILS_BY_TERM);
        client.pods()
                .withName(handle.attempt().containerName())
                .edit(pod -> {
                    pod.getSpec().setActiveDeadlineSeconds(1L);
                    return pod;
                });
        assertFailed(backend.awaitExit(handle), FailureKind.RUN_TIMEOUT);
    }

    @Test
    void whatNoNodeHasRoomForWaitsInTheSchedulersWords() throws Exception {
        var spec =
                spec(under.sleeps())
                        .resources(new Resources(null, MemoryQuantity.parse("100Ti")))
                        .build();
        var start =
                threads.submit(
                        (Callable<ContainerHandle>)
                                () ->
                                        backend.start(
                                                spec,
                                                YES,
                                                (step, words) ->
                                                        progress.add(step + ": " + words)));
        await().until(() ->
                progress.stream().anyMatch(each -> each.contains("Insufficient memory")));
        client.pods().withName(spec.attempt().containerName()).delete();
        var failed = catchThrowableOfType(ExecutionException.class, start::get).getCause();
        assertThat(((BackendException) failed).kind()).isEqualTo(FailureKind.CONTAINER_VANISHED);
    }

    @Test
    void anImageThatIsNotThereFailsInTheNodesWords() {
        var spec =
                spec(under.sleeps()).image(ImageReference.parse("localhost:1/no/such:1")).build();
        var start =
                threads.submit(
                        (Callable<ContainerHandle>)
                                () ->
                                        backend.start(
                                                spec,
                                                YES,
                                                (step, words) ->
                                                        progress.add(step + ": " + words)));
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        progress.stream().anyMatch(each -> each.contains("connection refused")));
        start.cancel(true);
    }

    @Test
    void aFailedInitContainerOfTheTemplateIsARefusedStart() throws Exception {
        var template = directory.resolve("pod.yaml");
        Files.writeString(
                template,
                "spec: {initContainers: [{name: setup, image: '%s', command: [sh, -c, exit 3]}]}"
                        .formatted(under.image()));
        try (var templated =
                new KubernetesBackend(
                        ClusterUnderTest.settings(template.toString()),
                        new Owner(installation, "dispatcher-under-test"),
                        Clock.systemUTC())) {
            var failed =
                    catchThrowableOfType(
                            BackendException.class,
                            () ->
                                    templated.start(
                                            spec(under.sleeps()).build(), YES, StartProgress.NONE));
            assertThat(failed.kind()).isEqualTo(FailureKind.START_REFUSED);
            assertThat(failed).hasMessageContaining("'setup'");
        }
    }

    @Test
    void anExhaustedQuotaIsSaidSo() {
        var quota =
                client.resource(
                        new ResourceQuotaBuilder()
                                .withNewMetadata()
                                .withName("kohakku-test")
                                .endMetadata()
                                .withNewSpec()
                                .addToHard("pods", new Quantity("0"))
                                .endSpec()
                                .build());
        quota.create();
        try {
            quota.waitUntilCondition(
                    each -> each.getStatus() != null && each.getStatus().getHard() != null,
                    10,
                    TimeUnit.SECONDS);
            var failed =
                    catchThrowableOfType(BackendException.class, () -> started(under.exits(0)));
            assertThat(failed.kind()).isEqualTo(FailureKind.QUOTA_EXCEEDED);
            assertThat(failed).hasMessageContaining("kohakku-test");
        } finally {
            quota.delete();
        }
    }

    @Test
    void aCommandIsTakenAsItIs() throws Exception {
        var program = new Program(List.of("echo", "$$ $(GREETING) ${GREETING} $"), Map.of());
        var spec = spec(program).env("GREETING", "hello").build();
        var handle = backend.start(spec, YES, StartProgress.NONE);
        assertThat(logOf(handle)).containsExactly("$$ $(GREETING) ${GREETING} $");
    }

    @Test
    void aLongLineIsReadWhole() throws Exception {
        var handle =
                started(Program.shell("head -c 200000 /dev/zero | tr '\\0' x; echo; echo after"));
        var lines = logOf(handle);
        assertThat(lines.stream().mapToInt(String::length).sum()).isEqualTo(200_005);
        assertThat(lines).endsWith("after");
    }
}
