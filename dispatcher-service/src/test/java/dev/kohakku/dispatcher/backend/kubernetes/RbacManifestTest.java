package dev.kohakku.dispatcher.backend.kubernetes;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.StopProgress;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The manifest grants what is used, all of it and nothing else. */
@Timeout(60)
class RbacManifestTest {

    private static final Path MANIFEST = Path.of("../deploy/k8s/base/dispatcher-rbac.yaml");

    private static Set<String> granted() throws Exception {
        var granted = new TreeSet<String>();
        for (var document : Files.readString(MANIFEST).split("\n---\n", -1)) {
            if (document.contains("\nkind: Role\n")) {
                for (var rule : Serialization.unmarshal(document, Role.class).getRules()) {
                    for (var resource : rule.getResources()) {
                        rule.getVerbs().forEach(verb -> granted.add(verb + " " + resource));
                    }
                }
            }
        }
        return granted;
    }

    /** It is read and removed. */
    private static void leaveSecretOfAnEarlierPod(KubernetesUnderTest under, String name) {
        var secret = TestingObjects.object();
        secret.putObject("metadata").put("name", name);
        under.cluster().objects().create("secrets", "default", secret);
    }

    @Test
    void itGrantsExactlyWhatIsUsed() throws Exception {
        var under = new KubernetesUnderTest();
        try (var backend = under.backend("test")) {
            backend.health();
            backend.scope();
            var spec =
                    ContainerSpecs.spec().image(under.image()).runs(under.printsSlowly()).build();
            leaveSecretOfAnEarlierPod(under, spec.attempt().containerName());
            var handle = backend.start(spec, YES, StartProgress.NONE);
            backend.logs().read(handle, (stream, at, text) -> {});
            backend.awaitExit(handle);
            backend.stop(handle, Duration.ofSeconds(1), StopProgress.NONE);
            backend.list();
            backend.destroy(handle);
        }
        assertThat(under.cluster().verbs()).isEqualTo(granted());
        var namespaced = new TreeSet<>(KubernetesHealth.RIGHTS);
        namespaced.add("get namespaces");
        assertThat(namespaced).isEqualTo(granted());
        under.cluster().close();
    }
}
