package dev.kohakku.dispatcher.backend.kubernetes;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RegistryLogin;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What a cluster refuses leaves nothing behind; what others have put on a Pod stays. */
@Timeout(60)
class KubernetesRefusalTest {

    private static final String WORDS = "admission webhook \"policy\" denied the request";

    @TempDir Path directory;
    private final KubernetesUnderTest under = new KubernetesUnderTest();

    @AfterEach
    void end() {
        under.cluster().close();
    }

    private ContainerSpec spec() {
        return ContainerSpecs.spec()
                .image(under.image())
                .runs(under.exits(0))
                .registryLogin(new RegistryLogin("bob", "open-sesame"))
                .build();
    }

    private List<JsonNode> all() {
        var all = new ArrayList<JsonNode>(under.cluster().objects().list("pods/", each -> true));
        all.addAll(under.cluster().objects().list("secrets/", each -> true));
        return all;
    }

    @ParameterizedTest
    @CsvSource({
        "POST .*/pods, 403, START_REFUSED",
        "POST .*/pods, 422, START_REFUSED",
        "POST .*/secrets, 401, BACKEND_ERROR",
        "POST .*/secrets, 403, START_REFUSED",
        "POST .*/secrets, 422, START_REFUSED",
        "PATCH .*/pods/.*, 403, START_REFUSED"
    })
    void aRefusedStepOfTheStartLeavesNothing(String request, int code, FailureKind kind) {
        under.cluster().refuse(each -> each.matches(request), code, WORDS);
        try (var backend = under.backend("test")) {
            var failed = failureOf(backend, spec());
            assertThat(failed.isUnknown()).isFalse();
            assertThat(failed.kind()).isEqualTo(kind);
            assertThat(failed).hasMessageContaining(WORDS);
            assertThat(all()).isEmpty();
        }
    }

    /** Of its patches the first lets the Pod go, the second marks its stop. */
    @Test
    void aStopThatIsRefusedForAWhileKeepsTheStartsResult() {
        under.cluster().kubelet().failPulls("manifest unknown: manifest unknown");
        refusePatch(2);
        var spec = spec();
        try (var backend = under.backend("test")) {
            assertThat(failureOf(backend, spec).isUnknown()).isTrue();
            var failed = failureOf(backend, spec);
            assertThat(failed.isUnknown()).isFalse();
            assertThat(failed.kind()).isEqualTo(FailureKind.IMAGE_NOT_FOUND);
            assertThat(all()).isEmpty();
        }
    }

    /** The third patch is of our finalizer. */
    @Test
    void aRemovalThatIsRefusedForAWhileIsUnknownAndLeavesNothingInTheEnd() {
        under.cluster().kubelet().failPulls("manifest unknown: manifest unknown");
        refusePatch(3);
        var spec = spec();
        try (var backend = under.backend("test")) {
            assertThat(failureOf(backend, spec).isUnknown()).isTrue();
            assertThat(failureOf(backend, spec).isUnknown()).isFalse();
            assertThat(all()).isEmpty();
        }
    }

    private void refusePatch(int number) {
        var patches = new AtomicInteger();
        under.cluster()
                .refuse(
                        each -> each.startsWith("PATCH ") && patches.incrementAndGet() == number,
                        403,
                        WORDS);
    }

    private static BackendException failureOf(KubernetesBackend backend, ContainerSpec spec) {
        return catchThrowableOfType(
                BackendException.class, () -> backend.start(spec, YES, StartProgress.NONE));
    }

    @Test
    void gatesAndFinalizersOfOthersStay() throws Exception {
        var template = directory.resolve("pod.yaml");
        Files.writeString(
                template,
                """
                metadata: {finalizers: [example.com/audit]}
                spec: {schedulingGates: [{name: example.com/quota}]}
                """);
        var spec = spec();
        var key = TestingObjects.key("pods", "default", spec.attempt().containerName());
        try (var backend = under.backend("test", template.toString());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var start = threads.submit(() -> backend.start(spec, YES, StartProgress.NONE));
            await().until(
                            () -> all(),
                            pods ->
                                    pods.toString()
                                            .contains("\"example.com/audit\",\"dev.kohakku/"));
            var gates = under.cluster().objects().mustGet(key).at("/spec/schedulingGates");
            assertThat(gates).hasToString("[{\"name\":\"example.com/quota\"}]");
            start.cancel(true);
            backend.destroy(Pods.handle(spec.attempt(), "default"));
            var finalizers = under.cluster().objects().mustGet(key).at("/metadata/finalizers");
            assertThat(finalizers).hasToString("[\"example.com/audit\"]");
        }
    }
}
