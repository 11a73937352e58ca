package dev.kohakku.dispatcher.backend.kubernetes;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendFactory.Owner;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kubeconfig is away for a moment, or is just being written. */
@Timeout(60)
class KubeconfigTest {

    private static final String AWAY = "away";

    private final KubernetesUnderTest under = new KubernetesUnderTest();
    private final Path file = KubernetesUnderTest.kubeconfig(under.cluster().url());
    private final KubernetesBackend backend =
            new KubernetesBackend(
                    KubernetesUnderTest.settings(file),
                    new Owner("test", "dispatcher-under-test"),
                    Clock.systemUTC());

    @AfterEach
    void end() {
        backend.close();
        under.cluster().close();
    }

    private void put(String text) {
        try {
            if (text.equals(AWAY)) {
                Files.delete(file);
            } else {
                Files.writeString(file, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> unusable() {
        var whole = KubernetesUnderTest.text("http://127.0.0.1:1");
        return Stream.of(
                AWAY,
                "",
                " \n",
                "clusters: [{name: c, clus",
                "apiVersion: v1\nkind: Config",
                without("clusters", whole),
                without("users", whole),
                whole.replace(
                        "token: t0ken", "client-certificate-data: e30=, client-key-data: e30="));
    }

    private static String without(String list, String kubeconfig) {
        return kubeconfig.replaceFirst(list + ": .*\n", "");
    }

    /** The Pod is let go by then, and runs: who took that for a refusal would run it again. */
    @ParameterizedTest
    @MethodSource("unusable")
    void aStartThatWaitsIsUnknownAndGoesOnWhenItIsBack(String meanwhile) throws Exception {
        under.cluster()
                .refuse(
                        request -> {
                            if (request.startsWith("PATCH ")) {
                                put(meanwhile);
                            }
                            return false;
                        },
                        500,
                        "never");
        var spec = ContainerSpecs.spec().image(under.image()).runs(under.exits(3)).build();
        var failed =
                catchThrowableOfType(
                        BackendException.class, () -> backend.start(spec, YES, StartProgress.NONE));
        assertThat(failed.isUnknown()).isTrue();
        assertThat(failed).hasMessageContaining("kohakku.kubernetes.kubeconfig");
        put(KubernetesUnderTest.text(under.cluster().url()));
        var handle = backend.start(spec, YES, StartProgress.NONE);
        assertThat(backend.list()).containsExactly(handle);
        assertThat(backend.awaitExit(handle)).isInstanceOf(ContainerStatus.Exited.class);
    }

    /** The client would ask the current context's cluster in its place. */
    @Test
    void aContextThatIsNotThereIsNamed() {
        var like = KubernetesUnderTest.settings(file);
        var settings =
                new KubernetesSettings(
                        like.kubeconfig(),
                        "staging",
                        like.clusterId(),
                        like.namespace(),
                        like.namespaces(),
                        like.podTemplate(),
                        like.taskMaySet(),
                        like.serviceAccount(),
                        like.imagePullSecrets(),
                        like.security(),
                        like.requestTimeout(),
                        like.watchSilence());
        try (var other =
                new KubernetesBackend(settings, new Owner("test", "d-1"), Clock.systemUTC())) {
            assertThat(other.health().reason())
                    .contains("kohakku.kubernetes.kubeconfig", "no context 'staging'");
        }
    }
}
