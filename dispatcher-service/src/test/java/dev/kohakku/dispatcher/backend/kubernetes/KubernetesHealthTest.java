package dev.kohakku.dispatcher.backend.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.dispatcher.backend.BackendFactory.Owner;
import dev.kohakku.dispatcher.backend.BackendHealth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is said, and healed by putting it right. */
@Timeout(60)
class KubernetesHealthTest {

    @TempDir Path directory;
    private final TestingKubernetes cluster = new TestingKubernetes();

    @AfterEach
    void close() {
        cluster.close();
    }

    private KubernetesBackend backend(Path kubeconfig, String namespace, String template) {
        return backend(kubeconfig, "", namespace, template);
    }

    private static KubernetesBackend backend(
            Path kubeconfig, String clusterId, String namespace, String template) {
        return new KubernetesBackend(
                new KubernetesSettings(
                        kubeconfig.toString(),
                        "",
                        clusterId,
                        namespace,
                        List.of(),
                        template,
                        Set.of(KubernetesSettings.TaskField.values()),
                        null,
                        List.of(),
                        new KubernetesSettings.Security(
                                false, null, List.of("ALL"), "RuntimeDefault"),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(2)),
                new Owner("test", "d-1"),
                Clock.systemUTC());
    }

    @Test
    void aKubeconfigThatIsMissingOrNoneIsNamedAndReadAgain() throws IOException {
        var file = directory.resolve("config");
        var backend = backend(file, "", "");
        assertThat(backend.health().healthy()).isFalse();
        assertThat(backend.health().reason()).contains("kohakku.kubernetes.kubeconfig");
        Files.writeString(file, "certainly: [no kubeconfig");
        assertThat(backend.health().reason()).contains("kohakku.kubernetes.kubeconfig");
        Files.writeString(file, KubernetesUnderTest.text(cluster.url()));
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void aServerThatIsAwayIsUnhealthyInItsOwnWords() throws IOException {
        var file = directory.resolve("config");
        Files.writeString(file, KubernetesUnderTest.text("http://127.0.0.1:1"));
        var backend = backend(file, "", "");
        assertThat(backend.health().healthy()).isFalse();
        assertThat(backend.health().reason()).contains("API server");
        Files.writeString(file, KubernetesUnderTest.text(cluster.url()));
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void anUnknownNamespaceIsNamedUntilItIsThere() {
        var backend = backend(KubernetesUnderTest.kubeconfig(cluster.url()), "agents", "");
        assertThat(backend.health().healthy()).isFalse();
        assertThat(backend.health().reason()).contains("'agents'");
        cluster.addNamespace("agents");
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void aMissingRightIsUnhealthyInTheServersWords() {
        var backend = backend(KubernetesUnderTest.kubeconfig(cluster.url()), "", "");
        cluster.failWith(403);
        assertThat(backend.health().reason()).contains("told to fail");
        cluster.failWith(0);
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void rightsThatAreMissingAreNamedUntilTheyAreThere() {
        var backend = backend(KubernetesUnderTest.kubeconfig(cluster.url()), "", "");
        cluster.takeRight("create secrets");
        cluster.takeRight("patch pods");
        assertThat(backend.health().reason())
                .contains("create secrets, patch pods", "'default'", "dispatcher-rbac.yaml");
        cluster.giveRight("create secrets");
        cluster.giveRight("patch pods");
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void rightsThatTheServerCannotTellAreNotMissing() {
        var backend = backend(KubernetesUnderTest.kubeconfig(cluster.url()), "", "");
        cluster.takeRight("patch pods");
        cluster.tellNotAllRights();
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void aClusterWhoseIdCannotBeReadIsNamedByConfiguration() {
        var config = KubernetesUnderTest.kubeconfig(cluster.url());
        cluster.refuse(each -> each.endsWith("/kube-system"), 403, "no such right");
        assertThatThrownBy(() -> backend(config, "", "").scope())
                .hasMessageContaining("kohakku.kubernetes.cluster-id")
                .hasMessageContaining("no such right");
        assertThat(backend(config, "west-1", "", "").scope()).isEqualTo("west-1");
        assertThat(backend(config, "west-1", "", "").health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void aTemplateThatIsNoneStopsTheStartByItsKey() {
        assertThatThrownBy(() -> backend(directory, "", directory.resolve("none").toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kohakku.kubernetes.pod-template");
    }
}
