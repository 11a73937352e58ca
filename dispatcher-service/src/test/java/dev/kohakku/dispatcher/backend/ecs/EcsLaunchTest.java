package dev.kohakku.dispatcher.backend.ecs;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kohakku.common.task.CpuQuantity;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.PortMapping;
import dev.kohakku.common.task.Resources;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.ecs.TestingEcs.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked of ECS to start a task, and what becomes of it when that goes wrong. */
@Timeout(60)
class EcsLaunchTest {

    private final EcsUnderTest under = EcsUnderTest.quick();
    private final TestingEcs ecs = under.ecs();
    private final EcsBackend backend = under.backend("blue");

    @AfterEach
    void close() {
        backend.close();
        ecs.close();
    }

    private ContainerSpecs spec() {
        return ContainerSpecs.spec().image(under.image()).runs(under.sleeps());
    }

    private ContainerHandle start(ContainerSpec spec) throws InterruptedException {
        return backend.start(spec, YES, StartProgress.NONE);
    }

    private BackendException refusal(ContainerSpec spec) {
        return catchThrowableOfType(BackendException.class, () -> start(spec));
    }

    @Test
    void aTaskDefinitionIsRegisteredOnceForEachContent() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var starts = new ArrayList<Future<ContainerHandle>>();
            for (int i = 0; i < 10; i++) {
                starts.add(threads.submit(() -> start(spec().env("NUMBER", "" + starts).build())));
            }
            for (var each : starts) {
                each.get();
            }
        }
        assertThat(ecs.cluster().registrations()).isEqualTo(1);
        start(spec().port(new PortMapping(8080, PortMapping.Protocol.TCP)).build());
        start(spec().image(ImageReference.parse("registry.example/other:1")).build());
        assertThat(ecs.cluster().registrations()).isEqualTo(3);
    }

    @Test
    void aTaskDefinitionIsFoundAgainAfterARestart() throws InterruptedException {
        start(spec().build());
        under.backend("blue").start(spec().build(), YES, StartProgress.NONE);
        assertThat(ecs.cluster().registrations()).isEqualTo(1);
    }

    @Test
    void aTaskDefinitionThatSomebodyTookAwayIsRegisteredAnew() throws InterruptedException {
        start(spec().build());
        ecs.cluster().removeDefinitions();
        start(spec().build());
        assertThat(ecs.cluster().registrations()).isEqualTo(2);
    }

    @Test
    void nothingOfOneTaskAloneIsInADefinitionOrATag() throws InterruptedException {
        var spec = spec().env("TOKEN", "s3cr3t-value").build();
        start(spec);
        var definition = ecs.cluster().definitions().values().iterator().next();
        assertThat(definition.toString())
                .contains("registry.example/program:1")
                .doesNotContain("s3cr3t-value", "TOKEN", "argument")
                .doesNotContain(spec.attempt().task().toString());
        var task = ecs.cluster().tasks().getFirst();
        assertThat(task.tags().toString()).doesNotContain("s3cr3t-value");
        assertThat(task.startedBy()).hasSizeLessThanOrEqualTo(36).matches("[A-Za-z0-9-]+");
    }

    @Test
    void tagsSayWhoseATaskIs() throws InterruptedException {
        var spec = spec().build();
        start(spec);
        assertThat(ecs.cluster().tasks().getFirst().tags())
                .isEqualTo(
                        Map.of(
                                EcsTags.INSTALLATION, "blue",
                                EcsTags.TASK, spec.attempt().task().toString(),
                                EcsTags.ATTEMPT, "1",
                                EcsTags.EPOCH, "7",
                                EcsTags.DISPATCHER, "dispatcher-under-test",
                                EcsTags.DEADLINE, "2030-01-01T00:00:00Z"));
    }

    @Test
    void aCommandReplacesEntryPointAndArguments() throws InterruptedException {
        start(spec().build());
        var container =
                ecs.cluster()
                        .definitions()
                        .values()
                        .iterator()
                        .next()
                        .path("containerDefinitions")
                        .path(0);
        assertThat(container.path("entryPoint").toString()).isEqualTo("[\"program\"]");
        assertThat(container.path("logConfiguration").path("options").path("mode").asString())
                .isEqualTo("blocking");
        assertThat(ecs.lastBody("RunTask").path("overrides").path("containerOverrides").toString())
                .contains("\"command\":[\"argument\"]");
    }

    @Test
    void aLostReplyIsUnknownAndTheNextStartGetsTheSameTask() throws InterruptedException {
        ecs.fail("RunTask", Fault.lostReply());
        var spec = spec().build();
        var lost = refusal(spec);
        assertThat(lost.isUnknown()).isTrue();
        assertThat(backend.find(spec.attempt())).isPresent();
        var handle = start(spec);
        assertThat(backend.list()).containsExactly(handle);
        assertThat(ecs.cluster().tasks()).hasSize(1);
    }

    @Test
    void aLostRequestIsUnknownAndTheNextStartMakesTheTask() throws InterruptedException {
        ecs.fail("RunTask", Fault.lostRequest());
        var spec = spec().build();
        assertThat(refusal(spec).isUnknown()).isTrue();
        start(spec);
        assertThat(ecs.cluster().tasks()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"500, ServerException", "503, ServiceUnavailable"})
    void anErrorOfTheServersIsUnknownToo(int status, String code) throws InterruptedException {
        ecs.fail("RunTask", Fault.error(status, code, "Service Unavailable."));
        var spec = spec().build();
        assertThat(refusal(spec).isUnknown()).isTrue();
        start(spec);
        assertThat(ecs.cluster().tasks()).hasSize(1);
    }

    @Test
    void theNextOwnerGetsTheTaskOfTheOneBeforeThoughItAsksInOtherWords()
            throws InterruptedException {
        var spec = spec().build();
        var before = start(spec);
        var next =
                under.backend("blue")
                        .start(
                                spec().attempt(spec.attempt())
                                        .epoch(new Epoch(8))
                                        .env("KOHAKKU_EPOCH", "8")
                                        .build(),
                                YES,
                                StartProgress.NONE);
        assertThat(next).isEqualTo(before);
        assertThat(ecs.cluster().tasks()).hasSize(1);
    }

    @Test
    void aPausedOwnersLateStartRunsNothingAgain() throws InterruptedException {
        var spec = spec().build();
        var late = under.backend("blue");
        var handle = start(spec);
        backend.destroy(handle);
        late.start(spec, YES, StartProgress.NONE);
        assertThat(ecs.cluster().tasks()).hasSize(1);
        assertThat(backend.inspect(handle)).isInstanceOf(ContainerStatus.Missing.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | ThrottlingException | Rate exceeded",
                "400 | InvalidParameterException | Error retrieving subnet information: Request limit exceeded. (ErrorCode: RequestLimitExceeded)",
                "500 | ServerException | Rate exceeded",
                "429 | Other | whatever",
                "503 | SlowDown | whatever",
            })
    void aThrottleInAnyDisguiseIsWaitedOutByEveryCall(int status, String code, String message)
            throws InterruptedException {
        var throttle = Fault.error(status, code, message);
        for (var action :
                List.of(
                        "DescribeTaskDefinition",
                        "RegisterTaskDefinition",
                        "RunTask",
                        "DescribeTasks",
                        "ListTasks",
                        "StopTask",
                        "TagResource")) {
            ecs.fail(action, throttle, throttle);
        }
        var asked = new AtomicInteger();
        var handle =
                backend.start(
                        spec().build(), () -> asked.incrementAndGet() > 0, StartProgress.NONE);
        assertThat(backend.list()).containsExactly(handle);
        backend.destroy(handle);
        assertThat(backend.list()).isEmpty();
        // why: between two tries the lease may have gone.
        assertThat(asked).hasValue(3);
        assertThat(backend.throttles(ApiBucket.FARGATE_LAUNCH)).isEqualTo(2);
    }

    @Test
    void aThrottledStartIsForbiddenWhenThePermitIsGoneByThen() {
        ecs.fail("RunTask", Fault.error(400, "ThrottlingException", "Rate exceeded"));
        var asked = new AtomicInteger();
        assertThat(
                        catchThrowableOfType(
                                StartForbiddenException.class,
                                () ->
                                        backend.start(
                                                spec().build(),
                                                () -> asked.incrementAndGet() == 1,
                                                StartProgress.NONE)))
                .isNotNull();
        assertThat(ecs.cluster().tasks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RESOURCE:CPU | NO_CAPACITY",
                "RESOURCE:MEMORY | NO_CAPACITY",
                "AGENT | NO_CAPACITY",
                "Capacity is unavailable at this time. Please try again later | NO_CAPACITY",
                "SOMETHING | BACKEND_ERROR",
            })
    void anAnswerWithoutATaskSaysWhy(String reason, FailureKind kind) throws InterruptedException {
        ecs.cluster().nextRunAnswer =
                Map.of("tasks", List.of(), "failures", List.of(Map.of("reason", reason)));
        var spec = spec().build();
        var refused = refusal(spec);
        assertThat(refused.kind()).isEqualTo(kind);
        assertThat(refused.isUnknown()).isFalse();
        assertThat(refused).hasMessageContaining(reason);
        start(spec);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AccessDeniedException | User is not authorized to perform: ecs:RunTask | BACKEND_ERROR",
                "ClientException | User is not authorized to perform: iam:PassRole on resource: role/x | BACKEND_ERROR",
                "ClientException | Tasks provisioning capacity limit exceeded. | NO_CAPACITY",
                "ClusterNotFoundException | Cluster not found. | BACKEND_ERROR",
                "LimitExceededException | The limit is exceeded. | QUOTA_EXCEEDED",
                "InvalidParameterException | The subnet ID 'subnet-1' does not exist (ErrorCode: InvalidSubnetID.NotFound) | BACKEND_ERROR",
                "InvalidParameterException | Invalid environment variable | START_REFUSED",
                "PlatformUnknownException | The specified platform version does not exist | BACKEND_ERROR",
                "ExpiredTokenException | The security token is expired | BACKEND_ERROR",
            })
    void aRefusalIsClassified(String code, String message, FailureKind kind) {
        ecs.fail("RunTask", Fault.error(400, code, message));
        var refused = refusal(spec().build());
        assertThat(refused.kind()).isEqualTo(kind);
        assertThat(refused).hasMessageContaining(message);
        assertThat(refused.isUnknown()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "IMAGE_NOT_FOUND | TaskFailedToStart / CannotPullContainerError: manifest unknown",
                "IMAGE_ACCESS_DENIED | TaskFailedToStart / CannotPullContainerError: 403 Forbidden",
                "IMAGE_PULL_FAILED | TaskFailedToStart / CannotPullContainerError: i/o timeout",
                "QUOTA_EXCEEDED | TaskFailedToStart / You've reached the limit on the number of vCPUs",
            })
    void aTaskThatNeverRunsIsRefusedAndLeavesNothing(FailureKind kind, String how)
            throws InterruptedException {
        var spec =
                ContainerSpecs.spec()
                        .image(under.image())
                        .runs(EcsUnderTest.fails(how.replace(" / ", "|")))
                        .build();
        assertThat(refusal(spec).kind()).isEqualTo(kind);
        assertThat(backend.find(spec.attempt())).isEmpty();
        assertThat(backend.list()).isEmpty();
    }

    @Test
    void aTaskThatFoundNoPlaceIsTheAttemptsEndBecauseItsTokenIsUsedUp()
            throws InterruptedException {
        var handle =
                start(
                        ContainerSpecs.spec()
                                .image(under.image())
                                .runs(
                                        EcsUnderTest.fails(
                                                "TaskFailedToStart|Capacity is unavailable at this time."))
                                .build());
        assertThat(backend.awaitExit(handle))
                .isInstanceOfSatisfying(
                        ContainerStatus.Failed.class,
                        failed -> assertThat(failed.kind()).isEqualTo(FailureKind.NO_CAPACITY));
    }

    @Test
    void aStartTellsWhatItWaitsFor() throws InterruptedException {
        var steps = new ArrayList<String>();
        backend.start(spec().build(), YES, (step, words) -> steps.add(step));
        assertThat(steps).startsWith("provisioning");
    }

    @Test
    void anEnvironmentThatIsTooLongIsRefusedBeforeAnythingIsAsked() {
        var refused = refusal(spec().env("LONG", "x".repeat(9_000)).build());
        assertThat(refused.kind()).isEqualTo(FailureKind.START_REFUSED);
        assertThat(refused).hasMessageContaining("8192").message().doesNotContain("xxx");
        assertThat(ecs.calls("RunTask")).isZero();
    }

    @Test
    void theAttemptsTaskIsTakenThoughItsNextOwnerAsksForMoreThanEcsTakes()
            throws InterruptedException {
        var before = start(spec().build());
        var next = under.backend("blue");
        assertThat(next.find(before.attempt())).contains(before);
        var longer = spec().attempt(before.attempt()).env("LONG", "x".repeat(9_000));
        assertThat(next.start(longer.build(), YES, StartProgress.NONE)).isEqualTo(before);
        var larger =
                spec().attempt(before.attempt())
                        .resources(new Resources(CpuQuantity.parse("64"), null));
        assertThat(next.start(larger.build(), YES, StartProgress.NONE)).isEqualTo(before);
    }

    @Test
    void whatEndsWhileItsMachineGoesIsNotTheProgramsFault() throws InterruptedException {
        var handle =
                start(
                        spec().runs(under.runs(Duration.ofMillis(50)))
                                .env("FAKE_STOP_CODE", "SpotInterruption")
                                .env("FAKE_REASON", "Your Spot Task was interrupted.")
                                .env("FAKE_EXIT_CODE", "143")
                                .build());
        assertThat(backend.awaitExit(handle))
                .isInstanceOfSatisfying(
                        ContainerStatus.Failed.class,
                        failed -> assertThat(failed.kind()).isEqualTo(FailureKind.EVICTED));
    }
}
