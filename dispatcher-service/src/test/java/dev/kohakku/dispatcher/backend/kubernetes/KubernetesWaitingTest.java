package dev.kohakku.dispatcher.backend.kubernetes;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RegistryLogin;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.kubernetes.TestingKubelet.Step;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a start waits for is told; what cannot heal fails at once, and nothing is left. */
@Timeout(60)
class KubernetesWaitingTest {

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

    private ContainerSpecs spec() {
        return ContainerSpecs.spec().image(under.image()).runs(under.exits(0));
    }

    private String pod(ContainerSpec spec) {
        return TestingObjects.key("pods", "default", spec.attempt().containerName());
    }

    @ParameterizedTest
    @CsvSource({
        "'rpc error: code = NotFound desc = failed to resolve reference: not found', IMAGE_NOT_FOUND",
        "'manifest unknown: manifest unknown', IMAGE_NOT_FOUND",
        "'failed to authorize: 401 Unauthorized', IMAGE_ACCESS_DENIED",
        "'pull access denied, repository does not exist or may require authorization', IMAGE_ACCESS_DENIED"
    })
    void aPullThatCannotHealFailsInTheNodesWords(String words, FailureKind kind) throws Exception {
        under.cluster().kubelet().failPulls(words);
        var spec = spec().build();
        var failed =
                catchThrowableOfType(
                        BackendException.class, () -> backend.start(spec, YES, StartProgress.NONE));
        assertThat(failed.kind()).isEqualTo(kind);
        assertThat(failed).hasMessageContaining(words);
        assertThat(backend.list()).isEmpty();
        assertThat(under.cluster().objects().list("secrets/", each -> true)).isEmpty();
    }

    /** A kubelet that has not seen the login's Secret yet pulls without it. */
    @Test
    void aDenialIsNotFinalBeforeTheSecondWhereALoginGoesWithThePod() throws Exception {
        under.cluster().kubelet().failPull("failed to authorize: 401 Unauthorized");
        var spec = spec().registryLogin(new RegistryLogin("bob", "open-sesame")).build();
        var handle = backend.start(spec, YES, StartProgress.NONE);
        assertThat(backend.awaitExit(handle)).isInstanceOf(ContainerStatus.Exited.class);
    }

    @Test
    void theSecondDenialIsFinalWithALoginToo() throws Exception {
        under.cluster().kubelet().failPulls("failed to authorize: 401 Unauthorized");
        var spec = spec().registryLogin(new RegistryLogin("bob", "wrong")).build();
        var failed =
                catchThrowableOfType(
                        BackendException.class, () -> backend.start(spec, YES, StartProgress.NONE));
        assertThat(failed.kind()).isEqualTo(FailureKind.IMAGE_ACCESS_DENIED);
        assertThat(backend.list()).isEmpty();
    }

    @Test
    void aPullThatMayHealIsWaitedFor() throws Exception {
        under.cluster().kubelet().failPulls("dial tcp: i/o timeout");
        var start =
                threads.submit(() ->
                        backend.start(
                                spec().build(),
                                YES,
                                (step, words) -> progress.add(step + ": " + words)));
        await().until(() -> progress.stream().anyMatch(each -> each.contains("i/o timeout")));
        under.cluster().kubelet().failPulls("");
        assertThat(backend.awaitExit(start.get())).isInstanceOf(ContainerStatus.Exited.class);
    }

    @Test
    void theSchedulersWordsAreTold() throws Exception {
        under.cluster().kubelet().hold(Step.SCHEDULING);
        var start =
                threads.submit(() ->
                        backend.start(
                                spec().build(),
                                YES,
                                (step, words) -> progress.add(step + ": " + words)));
        await().until(() ->
                progress.contains(
                        "scheduling: Unschedulable: 0/3 nodes are available: 3 Insufficient cpu."));
        under.cluster().kubelet().letGo(Step.SCHEDULING);
        assertThat(backend.awaitExit(start.get())).isInstanceOf(ContainerStatus.Exited.class);
    }

    @Test
    void aNamespaceThatTasksMayNotAskForIsRefused() {
        var spec = inNamespace("kube-system");
        var failed =
                catchThrowableOfType(
                        BackendException.class, () -> backend.start(spec, YES, StartProgress.NONE));
        assertThat(failed.kind()).isEqualTo(FailureKind.START_REFUSED);
        assertThat(failed).hasMessageContaining("kohakku.kubernetes.namespaces");
    }

    @Test
    void aNamespaceThatTasksMayAskForIsWhereItRuns() throws Exception {
        var handle = backend.start(inNamespace("other"), YES, StartProgress.NONE);
        assertThat(handle.containerId()).startsWith("other/");
        assertThat(backend.find(handle.attempt())).contains(handle);
        assertThat(backend.list()).containsExactly(handle);
    }

    private ContainerSpec inNamespace(String namespace) {
        var spec = spec().build();
        return new ContainerSpec(
                spec.attempt(),
                spec.epoch(),
                spec.image(),
                spec.command(),
                spec.env(),
                spec.resources(),
                spec.ports(),
                spec.deadline(),
                namespace,
                null);
    }

    @Test
    void noSecretIsInThePodAndAllAreInWhatItOwns() throws Exception {
        under.cluster().kubelet().hold(Step.RUNNING);
        var spec =
                spec().env("TOKEN", "s3cr3t-value")
                        .registryLogin(new RegistryLogin("bob", "open-sesame"))
                        .build();
        backend.start(spec, YES, StartProgress.NONE);
        var pod = under.cluster().objects().mustGet(pod(spec));
        assertThat(pod.toString()).doesNotContain("s3cr3t-value", "open-sesame");
        assertThat(under.cluster().kubelet().environmentOf(pod(spec), "TOKEN"))
                .isEqualTo("s3cr3t-value");
        assertThat(pod.at("/spec/imagePullSecrets/0/name").asString())
                .isEqualTo(spec.attempt().containerName() + "-pull");
        var uid = pod.at("/metadata/uid").asString();
        assertThat(under.cluster().objects().list("secrets/", each -> true))
                .hasSize(2)
                .allMatch(secret ->
                        secret.at("/metadata/ownerReferences/0/uid").asString().equals(uid));
    }

    @Test
    void theClusterPutsNothingIntoACommand() throws Exception {
        under.cluster().kubelet().hold(Step.RUNNING);
        var spec = spec().runs(new Program(List.of("parked", "$$ $(HOME) $"), Map.of())).build();
        backend.start(spec, YES, StartProgress.NONE);
        var command = under.cluster().objects().mustGet(pod(spec)).at("/spec/containers/0/command");
        assertThat(command.get(1).asString()).isEqualTo("$$$$ $$(HOME) $$");
    }

    @Test
    void aPodIsHardenedAndSaysWhoseItIs() throws Exception {
        var spec = spec().build();
        backend.start(spec, YES, StartProgress.NONE);
        var pod = under.cluster().objects().mustGet(pod(spec));
        assertThat(pod.at("/spec/restartPolicy").asString()).isEqualTo("Never");
        assertThat(pod.at("/spec/automountServiceAccountToken").asBoolean()).isFalse();
        assertThat(pod.at("/spec/activeDeadlineSeconds").asLong()).isPositive();
        var context = pod.at("/spec/containers/0/securityContext");
        assertThat(context.at("/allowPrivilegeEscalation").asBoolean()).isFalse();
        assertThat(context.at("/seccompProfile/type").asString()).isEqualTo("RuntimeDefault");
        assertThat(context.at("/capabilities/drop/0").asString()).isEqualTo("ALL");
        var labels = pod.at("/metadata/labels");
        assertThat(labels.path(PodLabels.INSTALLATION).asString()).isEqualTo("test");
        assertThat(labels.path(PodLabels.TASK).asString())
                .isEqualTo(spec.attempt().task().toString());
        assertThat(labels.path(PodLabels.EPOCH).asString()).isEqualTo("7");
        assertThat(pod.at("/metadata/annotations").path(PodLabels.DEADLINE).asString())
                .isEqualTo(spec.deadline().toString());
    }
}
