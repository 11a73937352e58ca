package dev.kohakku.dispatcher.backend.kubernetes;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;

import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.Turns;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * What a Pod costs by way of the backend, on the real cluster that {@code make cluster} uses,
 * against a Pod that is created, watched until it has ended, and deleted.
 */
@EnabledIfEnvironmentVariable(named = "CLUSTER_IMAGE", matches = ".+")
class ClusterOverheadBench {

    private static final List<String> COMMAND = List.of("sh", "-c", "exit 0");

    private final ClusterUnderTest under = new ClusterUnderTest();

    @Test
    void aPodsLife() throws Exception {
        var client = new Cluster(ClusterUnderTest.settings("")).client();
        try (var backend = under.backend("bench")) {
            Turns.measure(() -> bare(client), () -> byBackend(backend));
        }
    }

    private Void bare(KubernetesClient client) {
        var pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withName("bench-" + UUID.randomUUID())
                        .endMetadata()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .withAutomountServiceAccountToken(false)
                        .addNewContainer()
                        .withName("main")
                        .withImage(under.image().toString())
                        .withCommand(COMMAND)
                        .endContainer()
                        .endSpec()
                        .build();
        var resource = client.pods().resource(pod);
        resource.create();
        resource.waitUntilCondition(ClusterOverheadBench::hasEnded, 1, TimeUnit.MINUTES);
        resource.withGracePeriod(0).delete();
        return null;
    }

    /** why not its phase: that comes a second after. */
    private static boolean hasEnded(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .anyMatch(each -> each.getState().getTerminated() != null);
    }

    private Void byBackend(ContainerBackend backend) throws InterruptedException {
        var spec =
                ContainerSpecs.spec()
                        .image(under.image())
                        .runs(new Program(COMMAND, Map.of()))
                        .build();
        var handle = backend.start(spec, YES, StartProgress.NONE);
        backend.awaitExit(handle);
        backend.destroy(handle);
        return null;
    }
}
