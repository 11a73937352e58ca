package dev.kohakku.dispatcher.backend.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.ExitResult;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ECS says of an end, in the words of its documentation. */
class EcsStatesTest {

    private static final Instant STARTED = Instant.parse("2026-01-02T03:04:05Z");

    private static EcsTask stopped(
            Instant startedAt, Integer exitCode, String stopCode, String reason) {
        return new EcsTask("arn", "STOPPED", startedAt, exitCode, stopCode, reason, false);
    }

    private static ContainerStatus.Failed failed(EcsTask task) {
        assertThat(EcsStates.of(task)).isInstanceOf(ContainerStatus.Failed.class);
        return (ContainerStatus.Failed) EcsStates.of(task);
    }

    @ParameterizedTest
    @CsvSource({"PROVISIONING", "PENDING", "ACTIVATING"})
    void whatIsOnItsWayIsCreated(String status) {
        var task = new EcsTask("arn", status, null, null, null, "", false);
        assertThat(EcsStates.of(task)).isEqualTo(new ContainerStatus.Created());
    }

    @ParameterizedTest
    @CsvSource({"RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING"})
    void whatHasBegunRunsUntilItIsStopped(String status) {
        var task = new EcsTask("arn", status, STARTED, null, null, "", false);
        assertThat(EcsStates.of(task)).isEqualTo(new ContainerStatus.Running(STARTED));
    }

    @Test
    void whatRunsWithoutATimeIsLookedAtAgain() {
        var task = new EcsTask("arn", "RUNNING", null, null, null, "", false);
        assertThat(EcsStates.of(task)).isEqualTo(new ContainerStatus.Created());
    }

    @Test
    void whatIsNotThereIsMissing() {
        assertThat(EcsStates.of(Optional.empty())).isEqualTo(new ContainerStatus.Missing());
    }

    @Test
    void theExitCodeOfAnEssentialContainerIsTheProgramsOwn() {
        var task =
                stopped(
                        STARTED,
                        3,
                        "EssentialContainerExited",
                        "Essential container in task exited");
        assertThat(EcsStates.of(task))
                .isEqualTo(new ContainerStatus.Exited(STARTED, new ExitResult(3, false, null)));
    }

    @Test
    void outOfMemoryIsToldApartWithAndWithoutAnExitCode() {
        var words = "OutOfMemoryError: Container killed due to memory usage";
        for (var code : new Integer[] {137, null}) {
            var task = stopped(STARTED, code, "EssentialContainerExited", words);
            assertThat(EcsStates.of(task))
                    .isEqualTo(
                            new ContainerStatus.Exited(STARTED, new ExitResult(137, true, null)));
        }
    }

    @Test
    void anEndWithoutAnExitCodeIsAFailureInTheWordsOfEcs() {
        var failed =
                failed(
                        stopped(
                                STARTED,
                                null,
                                "EssentialContainerExited",
                                "Essential container in task exited"));
        assertThat(failed.kind()).isEqualTo(FailureKind.BACKEND_ERROR);
        assertThat(failed.startedAt()).isEqualTo(STARTED);
        assertThat(failed.reason()).contains("Essential container in task exited");
    }

    @Test
    void ourOwnStopLeavesTheExitCodeToSpeak() {
        var task = stopped(STARTED, 143, "UserInitiated", "kohakku: stop of attempt x/1");
        assertThat(EcsStates.of(task))
                .isEqualTo(new ContainerStatus.Exited(STARTED, new ExitResult(143, false, null)));
    }

    @Test
    void aStopByHandIsNoEndOfTheProgram() {
        var failed = failed(stopped(STARTED, 143, "UserInitiated", "Task stopped by user"));
        assertThat(failed.kind()).isEqualTo(FailureKind.CONTAINER_VANISHED);
        assertThat(failed.reason()).contains("Task stopped by user");
    }

    @Test
    void aReclaimedSpotTaskWasNotTheProgramsFaultThoughItHasAnExitCode() {
        var failed =
                failed(
                        stopped(
                                STARTED,
                                143,
                                "SpotInterruption",
                                "Your Spot Task was interrupted."));
        assertThat(failed.kind()).isEqualTo(FailureKind.EVICTED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "IMAGE_NOT_FOUND | CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref registry.example/a:1: registry.example/a:1: not found",
                "IMAGE_NOT_FOUND | CannotPullContainerError: Error response from daemon: manifest unknown",
                "IMAGE_NOT_FOUND | CannotPullContainerError: pull access denied for a, repository does not exist or may require 'docker login'",
                "IMAGE_NOT_FOUND | CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64': no matching manifest for linux/amd64",
                "IMAGE_ACCESS_DENIED | CannotPullContainerError: API error (403): denied: User is not authorized to perform: ecr:BatchGetImage",
                "IMAGE_ACCESS_DENIED | CannotPullContainerError: unexpected status from HEAD request: 401 Unauthorized",
                "IMAGE_ACCESS_DENIED | CannotPullECRContainerError: AccessDeniedException: User is not authorized to perform: ecr:GetAuthorizationToken on resource: *",
                "IMAGE_ACCESS_DENIED | CannotPullContainerAuthError: no basic auth credentials",
                "IMAGE_NOT_FOUND | CannotPullECRContainerError: failed to resolve ref: not found",
                "IMAGE_PULL_FAILED | CannotPullImageManifestError: context deadline exceeded (Client.Timeout exceeded)",
                "IMAGE_PULL_FAILED | CannotPullContainerError: dial tcp: lookup registry.example: no such host not found",
                "IMAGE_PULL_FAILED | CannotPullContainerError: httpReadSeeker: toomanyrequests: You have reached your pull rate limit",
                "IMAGE_PULL_FAILED | CannotPullContainerError: context deadline exceeded (Client.Timeout exceeded)",
                "NO_CAPACITY | Capacity is unavailable at this time. Please try again later or in a different availability zone",
                "NO_CAPACITY | RESOURCE:CPU",
                "NO_CAPACITY | Unable to run the task: RESOURCE:ENI",
                "QUOTA_EXCEEDED | You've reached the limit on the number of vCPUs you can run concurrently",
                "START_REFUSED | CannotStartContainerError: exec: \"nope\": executable file not found in $PATH",
                "START_REFUSED | CannotCreateContainerError: exec /run.sh: permission denied",
                "BACKEND_ERROR | CannotStartContainerError: API error (500): device busy",
                "BACKEND_ERROR | ResourceInitializationError: unable to pull secrets or registry auth: secret not found",
                "BACKEND_ERROR | ResourceInitializationError: unable to retrieve secret from asm: AccessDeniedException: User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-central-1:1:secret:z",
                "BACKEND_ERROR | ResourceInitializationError: User is not authorized to perform: kms:Decrypt on resource:arn:aws:kms:eu-central-1:1:key/z",
                "BACKEND_ERROR | Timeout waiting for network interface provisioning to complete.",
                "BACKEND_ERROR | InternalError: unable to create container due to execution error",
                "EVICTED | ECS is performing maintenance on the underlying infrastructure hosting the task.",
            })
    void aTaskThatFailedToStartIsNobodysExitCode(FailureKind kind, String reason) {
        var failed = failed(stopped(null, null, "TaskFailedToStart", reason));
        assertThat(failed.kind()).isEqualTo(kind);
        assertThat(failed.startedAt()).isNull();
        assertThat(failed.reason()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NODE_LOST | TerminationNotice | Host EC2 (instance i-1) terminated.",
                "NODE_LOST | ServiceSchedulerInitiated | Host EC2 (instance i-1) stopped.",
                "EVICTED | SpotInterruption | Your Spot Task was interrupted.",
                "EVICTED | ServiceSchedulerInitiated | ECS is performing maintenance on the underlying infrastructure hosting the task.",
            })
    void aTaskWhosePlaceWasTakenAwayIsNobodysExitCode(
            FailureKind kind, String stopCode, String reason) {
        assertThat(failed(stopped(STARTED, null, stopCode, reason)).kind()).isEqualTo(kind);
    }

    @Test
    void whatASettingIsToBlameForNamesTheKey() {
        var failed =
                failed(
                        stopped(
                                null,
                                null,
                                "TaskFailedToStart",
                                "ResourceInitializationError: failed to validate logger args: The specified log group does not exist."));
        assertThat(failed.kind()).isEqualTo(FailureKind.BACKEND_ERROR);
        assertThat(failed.reason()).contains("kohakku.ecs.logs.group");
    }

    @Test
    void anEndWithoutAWordIsSaidToBeOne() {
        assertThat(failed(stopped(null, null, null, "")).reason()).isEqualTo("ECS gives no reason");
    }
}
