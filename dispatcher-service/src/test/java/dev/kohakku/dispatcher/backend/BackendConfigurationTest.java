package dev.kohakku.dispatcher.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.docker.DockerSettings;
import dev.kohakku.dispatcher.backend.mock.RemoteMockBackend;
import dev.kohakku.dispatcher.backend.process.ProcessSettings;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;

class BackendConfigurationTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withUserConfiguration(EveryBackend.class)
                    .withBean(Clock.class, Clock::systemUTC);

    @Configuration(proxyBeanMethods = false)
    @ComponentScan(
            basePackageClasses = Backends.class,
            includeFilters = @ComponentScan.Filter(Configuration.class),
            excludeFilters =
                    @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*(Test|IT).*"),
            useDefaultFilters = false)
    static class EveryBackend {}

    private static List<RuntimeType> types(Backends backends) {
        return backends.all().stream().map(ServedBackend::type).toList();
    }

    @Test
    void byDefaultDockerIsServedWithHardenedContainers() {
        runner.run(context -> {
            assertThat(types(context.getBean(Backends.class))).containsExactly(RuntimeType.LOCAL);
            assertThat(context.getBean(DockerSettings.class))
                    .isEqualTo(
                            new DockerSettings(
                                    "",
                                    "",
                                    Duration.ofSeconds(20),
                                    512,
                                    false,
                                    List.of("NET_RAW", "MKNOD", "AUDIT_WRITE", "SETFCAP"),
                                    null,
                                    "127.0.0.1",
                                    List.of()));
        });
    }

    @Test
    void severalBackendsAreServedAtOnce() {
        runner.withPropertyValues("kohakku.runtime-backends=worker, local")
                .run(context ->
                        assertThat(types(context.getBean(Backends.class)))
                                .containsExactly(RuntimeType.LOCAL, RuntimeType.WORKER));
    }

    @Test
    void aBackendThatIsABeanIsServedBesides() {
        var server = URI.create("http://127.0.0.1:1");
        runner.withBean(
                        ServedBackend.class,
                        () -> new RemoteMockBackend(server, RuntimeType.ECS).served())
                .run(context ->
                        assertThat(types(context.getBean(Backends.class)))
                                .containsExactly(RuntimeType.LOCAL, RuntimeType.ECS));
    }

    @Test
    void everyKeyIsMapped() {
        runner.withPropertyValues(
                        "kohakku.docker.host=unix:///somewhere.sock",
                        "kohakku.docker.config-directory=/etc/somewhere",
                        "kohakku.docker.request-timeout=5s",
                        "kohakku.docker.pids-limit=64",
                        "kohakku.docker.init=true",
                        "kohakku.docker.drop-capabilities=ALL",
                        "kohakku.docker.network=tasks",
                        "kohakku.docker.publish-address=0.0.0.0",
                        "kohakku.docker.registries[0].address=registry.example",
                        "kohakku.docker.registries[0].username=bob",
                        "kohakku.docker.registries[0].password=sesame",
                        "kohakku.process.root=/var/lib/somewhere")
                .run(context -> {
                    assertThat(context.getBean(DockerSettings.class))
                            .isEqualTo(
                                    new DockerSettings(
                                            "unix:///somewhere.sock",
                                            "/etc/somewhere",
                                            Duration.ofSeconds(5),
                                            64,
                                            true,
                                            List.of("ALL"),
                                            "tasks",
                                            "0.0.0.0",
                                            List.of(
                                                    new DockerSettings.Registry(
                                                            "registry.example", "bob", "sesame"))));
                    assertThat(context.getBean(DockerSettings.class).toString())
                            .doesNotContain("sesame");
                    assertThat(context.getBean(ProcessSettings.class).directory())
                            .hasToString("/var/lib/somewhere");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "kohakku.runtime-backends=docker | 'docker' is not a backend; known are ecs,"
                        + " k8s, local, worker",
                "kohakku.runtime-backends=mock | 'mock' is not a backend",
                "kohakku.runtime-backends= | RUNTIME_BACKEND names no backend",
                "kohakku.installation=Not A Label | KOHAKKU_INSTALLATION 'Not A Label'",
                "kohakku.docker.drop-capabilities=CAP_NET_RAW | write NET_RAW, not CAP_NET_RAW",
                "kohakku.docker.request-timeout=0s | kohakku.docker.request-timeout",
                "kohakku.docker.pids-limit=1 | pidsLimit",
                "kohakku.docker.no-such-key=1 | no-such-key",
                "kohakku.process.no-such-key=1 | no-such-key",
                "kohakku.kubernetes.no-such-key=1 | no-such-key",
                "kohakku.kubernetes.namespace=Not_One | kohakku.kubernetes.namespace: 'Not_One'",
                "kohakku.kubernetes.namespaces=a,B | kohakku.kubernetes.namespaces: 'B'",
                "kohakku.kubernetes.watch-silence=0s | kohakku.kubernetes.watch-silence",
                "kohakku.kubernetes.request-timeout=-1s | kohakku.kubernetes.request-timeout",
                "kohakku.kubernetes.security.seccomp-profile=None | seccomp-profile",
                "kohakku.kubernetes.security.run-as-user=-1 | run-as-user",
            })
    void wrongSettingsStopTheStartWithAReason(String property, String reason) {
        runner.withPropertyValues(property)
                .run(context ->
                        assertThat(context.getStartupFailure())
                                .as(property)
                                .hasStackTraceContaining(reason));
    }

    @Test
    void anEngineThatIsNotThereDoesNotStopTheStart() {
        runner.withPropertyValues("kohakku.docker.host=unix:///no/such/engine.sock")
                .run(context -> {
                    var backend =
                            context.getBean(Backends.class).of(RuntimeType.LOCAL).orElseThrow();
                    assertThat(backend.containers().health().healthy()).isFalse();
                    assertThat(backend.containers().health().reason())
                            .contains("unix:///no/such/engine.sock")
                            .contains("No such file");
                });
    }
}
