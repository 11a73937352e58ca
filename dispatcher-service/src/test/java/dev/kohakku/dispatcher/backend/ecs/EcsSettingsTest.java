package dev.kohakku.dispatcher.backend.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.BackendFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class EcsSettingsTest {

    private static final String CLUSTER = "kohakku.ecs.cluster=tasks";
    private static final String SUBNET = "kohakku.ecs.network.subnets=subnet-0123abcd";

    private static final String SECRET =
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:login-a1";

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(EcsConfiguration.class);

    @Test
    void byDefaultTasksAreSmallAndOnFargateAndKeepNoOutput() {
        runner.run(context ->
                assertThat(context.getBean(EcsSettings.class))
                        .isEqualTo(
                                new EcsSettings(
                                        "",
                                        "",
                                        new EcsSettings.Network(List.of(), List.of(), false),
                                        new EcsSettings.Roles("", ""),
                                        new EcsSettings.Placement(
                                                EcsSettings.LaunchType.FARGATE,
                                                List.of(),
                                                "",
                                                EcsSettings.Architecture.X86_64,
                                                "250m",
                                                "512Mi"),
                                        new EcsSettings.Logs("", "kohakku", Duration.ofSeconds(5)),
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(2),
                                        1.0,
                                        List.of(),
                                        new EcsSettings.Endpoints("", "", "", ""))));
    }

    @Test
    void everyKeyIsMapped() {
        runner.withPropertyValues(
                        "kohakku.ecs.region=eu-west-1",
                        "kohakku.ecs.cluster=arn:aws:ecs:eu-west-1:123456789012:cluster/tasks",
                        "kohakku.ecs.network.subnets=subnet-0123abcd,subnet-4567abcd",
                        "kohakku.ecs.network.security-groups=sg-0123abcd",
                        "kohakku.ecs.network.assign-public-ip=true",
                        "kohakku.ecs.roles.execution=starter",
                        "kohakku.ecs.roles.task=arn:aws:iam::123456789012:role/program",
                        "kohakku.ecs.placement.launch-type=EC2",
                        "kohakku.ecs.placement.capacity-providers[0].name=FARGATE_SPOT",
                        "kohakku.ecs.placement.capacity-providers[0].weight=3",
                        "kohakku.ecs.placement.capacity-providers[0].base=2",
                        "kohakku.ecs.placement.platform-version=1.4.0",
                        "kohakku.ecs.placement.architecture=ARM64",
                        "kohakku.ecs.placement.cpu=2",
                        "kohakku.ecs.placement.memory=4Gi",
                        "kohakku.ecs.logs.group=/tasks",
                        "kohakku.ecs.logs.prefix=blue",
                        "kohakku.ecs.logs.settle=3s",
                        "kohakku.ecs.stop-timeout=60s",
                        "kohakku.ecs.request-timeout=20s",
                        "kohakku.ecs.poll-interval=5s",
                        "kohakku.ecs.quota-factor=2.5",
                        "kohakku.ecs.registries[0].address=registry.example",
                        "kohakku.ecs.registries[0].secret=" + SECRET,
                        "kohakku.ecs.endpoints.ecs=https://ecs.example",
                        "kohakku.ecs.endpoints.logs=https://logs.example")
                .run(context ->
                        assertThat(context.getBean(EcsSettings.class)).isEqualTo(everyKey()));
    }

    private static EcsSettings everyKey() {
        return new EcsSettings(
                "eu-west-1",
                "arn:aws:ecs:eu-west-1:123456789012:cluster/tasks",
                new EcsSettings.Network(
                        List.of("subnet-0123abcd", "subnet-4567abcd"),
                        List.of("sg-0123abcd"),
                        true),
                new EcsSettings.Roles("starter", "arn:aws:iam::123456789012:role/program"),
                new EcsSettings.Placement(
                        EcsSettings.LaunchType.EC2,
                        List.of(new EcsSettings.CapacityProvider("FARGATE_SPOT", 3, 2)),
                        "1.4.0",
                        EcsSettings.Architecture.ARM64,
                        "2",
                        "4Gi"),
                new EcsSettings.Logs("/tasks", "blue", Duration.ofSeconds(3)),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                2.5,
                List.of(new EcsSettings.Registry("registry.example", SECRET)),
                new EcsSettings.Endpoints("https://ecs.example", "https://logs.example", "", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kohakku.ecs.no-such-key=1 | no-such-key",
                "kohakku.ecs.stop-timeout=3m | kohakku.ecs.stop-timeout",
                "kohakku.ecs.request-timeout=0s | kohakku.ecs.request-timeout",
                "kohakku.ecs.poll-interval=1ms | kohakku.ecs.poll-interval",
                "kohakku.ecs.quota-factor=0 | kohakku.ecs.quota-factor",
                "kohakku.ecs.logs.settle=0s | kohakku.ecs.logs.settle",
                "kohakku.ecs.logs.prefix= | prefix",
                "kohakku.ecs.placement.cpu=much | kohakku.ecs.placement.cpu",
                "kohakku.ecs.placement.memory=much | kohakku.ecs.placement.memory",
                "kohakku.ecs.placement.launch-type=MOON | launch-type",
                "kohakku.ecs.placement.capacity-providers[0].weight=1 | name",
                "kohakku.ecs.registries[0].address=registry.example | secret",
            })
    void wrongValuesStopTheStartWhateverIsServed(String property, String reason) {
        runner.withPropertyValues(property)
                .run(context ->
                        assertThat(context.getStartupFailure())
                                .as(property)
                                .hasStackTraceContaining(reason));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kohakku.ecs.cluster= | kohakku.ecs.cluster is missing",
                "kohakku.ecs.cluster=a cluster | kohakku.ecs.cluster is 'a cluster'",
                "kohakku.ecs.region=frankfurt | kohakku.ecs.region is 'frankfurt'",
                "kohakku.ecs.network.subnets= | kohakku.ecs.network.subnets is missing",
                "kohakku.ecs.network.subnets=mine | kohakku.ecs.network.subnets is 'mine'",
                "kohakku.ecs.network.security-groups=mine | kohakku.ecs.network.security-groups",
                "kohakku.ecs.roles.execution=not a role | kohakku.ecs.roles.execution",
                "kohakku.ecs.roles.task=not a role | kohakku.ecs.roles.task",
                "kohakku.ecs.placement.cpu=32 | kohakku.ecs.placement.cpu and .memory",
                "kohakku.ecs.logs.group=what? | kohakku.ecs.logs.group",
                "kohakku.ecs.logs.group=/tasks | kohakku.ecs.roles.execution is missing",
                "kohakku.ecs.endpoints.ecs=ftp://x | kohakku.ecs.endpoints.ecs",
                "kohakku.ecs.endpoints.logs=nowhere | kohakku.ecs.endpoints.logs",
            })
    void whatCanNeverWorkIsRefusedWhereItIsServed(String property, String reason) {
        runner.withPropertyValues(CLUSTER, SUBNET)
                .withPropertyValues(property)
                .run(context -> {
                    var factory = context.getBean(BackendFactory.class);
                    assertThat(factory.type()).isEqualTo(RuntimeType.ECS);
                    assertThat(catchOpening(factory)).hasMessageContaining(reason);
                });
    }

    @Test
    void aPlatformVersionIsRefusedOutsideOfFargate() {
        runner.withPropertyValues(
                        CLUSTER,
                        SUBNET,
                        "kohakku.ecs.placement.launch-type=EC2",
                        "kohakku.ecs.placement.platform-version=1.4.0")
                .run(context ->
                        assertThat(catchOpening(context.getBean(BackendFactory.class)))
                                .hasMessageContaining("kohakku.ecs.placement.platform-version"));
    }

    @Test
    void aRegistrysSecretIsAnArnThatSomebodyMayRead() {
        runner.withPropertyValues(
                        CLUSTER,
                        SUBNET,
                        "kohakku.ecs.registries[0].address=registry.example",
                        "kohakku.ecs.registries[0].secret=" + SECRET)
                .run(context ->
                        assertThat(catchOpening(context.getBean(BackendFactory.class)))
                                .hasMessageContaining("kohakku.ecs.roles.execution is missing"));
        runner.withPropertyValues(
                        CLUSTER,
                        SUBNET,
                        "kohakku.ecs.registries[0].address=registry.example",
                        "kohakku.ecs.registries[0].secret=sesame")
                .run(context ->
                        assertThat(catchOpening(context.getBean(BackendFactory.class)))
                                .hasMessageContaining("kohakku.ecs.registries.secret"));
    }

    private static Throwable catchOpening(BackendFactory factory) {
        return catchThrowableOfType(
                IllegalArgumentException.class,
                () -> factory.open(new BackendFactory.Owner("test", "dispatcher")));
    }
}
