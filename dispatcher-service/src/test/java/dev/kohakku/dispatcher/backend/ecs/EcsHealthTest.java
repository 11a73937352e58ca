package dev.kohakku.dispatcher.backend.ecs;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.kohakku.dispatcher.backend.BackendHealth;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.ecs.TestingEcs.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.core.exception.SdkClientException;

@Timeout(60)
class EcsHealthTest {

    private final EcsUnderTest under = EcsUnderTest.quick();
    private final TestingEcs ecs = under.ecs();
    private final EcsBackend backend = under.backend("blue");

    @AfterEach
    void close() {
        backend.close();
        ecs.close();
    }

    private void start() throws InterruptedException {
        backend.start(
                ContainerSpecs.spec().image(under.image()).runs(under.sleeps()).build(),
                YES,
                StartProgress.NONE);
    }

    @Test
    void itsScopeIsTheClustersArn() {
        assertThat(backend.scope()).isEqualTo(TestingCluster.ARN);
    }

    @Test
    void aClusterThatIsNotThereIsToldByTheKeyAndRecoversWhenItComes() {
        var settings = EcsUnderTest.settings(ecs.endpoint(), "", EcsUnderTest.QUICK);
        var elsewhere =
                new EcsSettings(
                        settings.region(),
                        "nowhere",
                        settings.network(),
                        settings.roles(),
                        settings.placement(),
                        settings.logs(),
                        settings.stopTimeout(),
                        settings.requestTimeout(),
                        settings.pollInterval(),
                        settings.quotaFactor(),
                        settings.registries(),
                        settings.endpoints());
        var lost = EcsUnderTest.backend(elsewhere, "blue");
        assertThat(lost.health().reason()).contains("kohakku.ecs.cluster").contains("nowhere");
        ecs.cluster().status = "INACTIVE";
        assertThat(backend.health().reason()).contains("INACTIVE");
        ecs.cluster().status = "ACTIVE";
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void awsThatIsNotThereIsUnhealthyWithinFiveSeconds() {
        var nowhere =
                EcsUnderTest.backend(EcsUnderTest.settings("http://127.0.0.1:1", "", 1), "blue");
        var before = Instant.now();
        assertThat(nowhere.health().healthy()).isFalse();
        assertThat(nowhere.health().reason()).contains("DescribeClusters");
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void withoutCredentialsItSaysSoAndRecoversWithThem() {
        var known = new AtomicReference<AwsCredentials>();
        var without =
                new EcsBackend(
                        EcsUnderTest.settings(ecs.endpoint(), "", EcsUnderTest.QUICK),
                        new EcsTags("blue", "d"),
                        () -> {
                            if (known.get() == null) {
                                throw SdkClientException.create(
                                        "Unable to load credentials from any of the providers");
                            }
                            return known.get();
                        });
        assertThat(without.health().reason()).contains("there are no AWS credentials");
        known.set(AwsBasicCredentials.create("id", "secret"));
        assertThat(without.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void credentialsThatAreLongInComingDoNotHoldUpALook() throws InterruptedException {
        var gate = new CountDownLatch(1);
        var slow =
                new EcsBackend(
                        EcsUnderTest.settings(ecs.endpoint(), "", EcsUnderTest.QUICK),
                        new EcsTags("blue", "d"),
                        () -> {
                            try {
                                gate.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return AwsBasicCredentials.create("id", "secret");
                        });
        assertThat(slow.health().reason()).contains("no answer within");
        gate.countDown();
        assertThat(slow.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void aThrottledLookSaysNothingAgainstAClusterThatWasSeen() {
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
        ecs.fail("DescribeClusters", Fault.error(400, "ThrottlingException", "Rate exceeded"));
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void anOutageIsUnhealthyThoughTheClusterWasSeenBefore() {
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
        ecs.fail("DescribeClusters", Fault.error(503, "ServiceUnavailable", "try later"));
        assertThat(backend.health().reason()).contains("ServiceUnavailable");
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void aSubnetThatIsNotThereIsToldByTheKeyUntilALaunchWorks() throws InterruptedException {
        ecs.fail(
                "RunTask",
                Fault.error(
                        400,
                        "InvalidParameterException",
                        "The subnet ID 'subnet-0123abcd' does not exist"));
        assertThat(catchThrowable(this::start)).hasMessageContaining("kohakku.ecs.network.subnets");
        assertThat(backend.health().reason())
                .contains("kohakku.ecs.network.subnets")
                .contains("subnet-0123abcd");
        start();
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void aLaunchThatFailsForItsOwnSakeSaysNothingAgainstTheCluster() {
        ecs.fail(
                "RunTask",
                Fault.error(400, "InvalidParameterException", "Invalid environment variable"));
        assertThat(catchThrowable(this::start)).isNotNull();
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void aTaskThatCannotWriteItsLogTellsTheKey() throws InterruptedException {
        backend.start(
                ContainerSpecs.spec()
                        .image(under.image())
                        .runs(
                                EcsUnderTest.fails(
                                        "TaskFailedToStart|ResourceInitializationError: failed to"
                                                + " validate logger args: The specified log group"
                                                + " does not exist."))
                        .build(),
                YES,
                StartProgress.NONE);
        assertThat(backend.health().reason()).contains("kohakku.ecs.logs.group");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CannotPullContainerError: failed to resolve ref registry.example/acme/role-sync:1: not found",
                "CannotStartContainerError: exec: \"credentials\": executable file not found in $PATH",
                "CannotPullContainerError: no basic auth credentials",
            })
    void aUsersOwnWordsSayNothingAgainstTheCluster(String reason) {
        var spec =
                ContainerSpecs.spec()
                        .image(under.image())
                        .runs(EcsUnderTest.fails("TaskFailedToStart|" + reason))
                        .build();
        assertThat(catchThrowable(() -> backend.start(spec, YES, StartProgress.NONE)))
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("kohakku.ecs");
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void aCapacityProviderThatTheClusterDoesNotHaveIsToldByTheKey() {
        var settings = EcsUnderTest.settings(ecs.endpoint(), "", EcsUnderTest.QUICK);
        var placement =
                new EcsSettings.Placement(
                        EcsSettings.LaunchType.FARGATE,
                        List.of(new EcsSettings.CapacityProvider("mine", 1, 0)),
                        "",
                        EcsSettings.Architecture.X86_64,
                        "250m",
                        "512Mi");
        var other =
                EcsUnderTest.backend(
                        new EcsSettings(
                                settings.region(),
                                settings.cluster(),
                                settings.network(),
                                settings.roles(),
                                placement,
                                settings.logs(),
                                settings.stopTimeout(),
                                settings.requestTimeout(),
                                settings.pollInterval(),
                                settings.quotaFactor(),
                                settings.registries(),
                                settings.endpoints()),
                        "blue");
        assertThat(other.health().reason())
                .contains("kohakku.ecs.placement.capacity-providers")
                .contains("mine");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DescribeSubnets | InvalidSubnetID.NotFound | The subnet ID 'subnet-0123abcd' does not exist | kohakku.ecs.network.subnets",
                "GetRole | NoSuchEntity | The role with name execution cannot be found. | kohakku.ecs.roles.execution",
            })
    void whatIsNotInTheAccountIsToldByTheKeyUntilItIs(
            String action, String code, String message, String key) {
        ecs.account().refuse(action, 400, code, message);
        assertThat(backend.health().reason()).startsWith(key).contains(message);
        assertThat(backend.health().healthy()).isFalse();
        ecs.account().heal();
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @ParameterizedTest
    @CsvSource({"403, UnauthorizedOperation", "400, RequestLimitExceeded", "503, Unavailable"})
    void whatTheAccountDoesNotTellIsNotHeldAgainstIt(int status, String code) {
        ecs.account().refuse("DescribeSubnets", status, code, "not for you");
        ecs.account().refuse("GetRole", status, code, "not for you");
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
    }

    @Test
    void whatIsThereIsNotAskedForAgainAtOnce() {
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
        var calls = ecs.account().calls();
        assertThat(calls).isEqualTo(2);
        assertThat(ecs.account().lastBody()).contains("RoleName=execution");
        assertThat(backend.health()).isEqualTo(BackendHealth.HEALTHY);
        assertThat(ecs.account().calls()).isEqualTo(calls);
    }
}
