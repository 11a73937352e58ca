package dev.kohakku.dispatcher.backend.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.ExitResult;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the platform did to a Pod, as the API describes it. */
class PodStatesTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:10:00Z");

    private static final String ENDED =
            "containerStatuses: [{name: main, state: {terminated: {exitCode: 137, reason: Error,"
                    + " startedAt: '2030-01-01T00:00:00Z'}}}]";
    private static final String RUNNING =
            "containerStatuses: [{name: main, state: {running: {startedAt:"
                    + " '2030-01-01T00:00:00Z'}}}]";

    private static Pod pod(String metadata, String status) {
        return Serialization.unmarshal(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: p, namespace: default, uid: u%s}
                spec: {nodeName: node-1, containers: [{name: main}]}
                status: {%s}
                """
                        .formatted(metadata, status),
                Pod.class);
    }

    private static String disrupted(String reason) {
        return "conditions: [{type: DisruptionTarget, status: 'True', reason: " + reason + "}], ";
    }

    private static FailureKind kindOf(Pod pod) {
        var status = PodStates.of(pod, NOW);
        assertThat(status).isInstanceOf(ContainerStatus.Failed.class);
        return ((ContainerStatus.Failed) status).kind();
    }

    @ParameterizedTest
    @CsvSource({
        "Evicted, EVICTED",
        "Preempting, EVICTED",
        "Shutdown, EVICTED",
        "DeadlineExceeded, RUN_TIMEOUT",
        "OutOfcpu, NO_CAPACITY",
        "NodeAffinity, NO_CAPACITY"
    })
    void aPodThatFailedSaysWhy(String reason, FailureKind kind) {
        var status = "phase: Failed, reason: " + reason + ", message: some words";
        assertThat(kindOf(pod("", status))).isEqualTo(kind);
        assertThat(PodStates.of(pod("", status), NOW).toString()).contains("some words");
    }

    @ParameterizedTest
    @CsvSource({
        "PreemptionByScheduler, EVICTED",
        "EvictionByEvictionAPI, EVICTED",
        "TerminationByKubelet, EVICTED",
        "DeletionByPodGC, NODE_LOST"
    })
    void aDisruptionIsNotTheProgramsEnd(String reason, FailureKind kind) {
        assertThat(kindOf(pod("", "phase: Failed, " + disrupted(reason) + ENDED))).isEqualTo(kind);
    }

    @Test
    void aGoodEndInADisruptionIsAGoodEnd() {
        var status =
                "phase: Succeeded, "
                        + disrupted("EvictionByEvictionAPI")
                        + ENDED.replace("137", "0");
        assertThat(PodStates.of(pod("", status), NOW)).isInstanceOf(ContainerStatus.Exited.class);
    }

    @Test
    void aNodeThatSaysNothingAfterTheGraceIsLost() {
        var status = "phase: Running, " + disrupted("DeletionByTaintManager") + RUNNING;
        var before = pod(", deletionTimestamp: '2030-01-01T00:09:45Z'", status);
        var after = pod(", deletionTimestamp: '2030-01-01T00:09:15Z'", status);
        assertThat(PodStates.of(before, NOW)).isInstanceOf(ContainerStatus.Running.class);
        assertThat(kindOf(after)).isEqualTo(FailureKind.NODE_LOST);
    }

    @Test
    void outOfMemoryIsToldApartFromASignal() {
        var killed = (ContainerStatus.Exited) PodStates.of(pod("", ENDED), NOW);
        var status = ENDED.replace("reason: Error", "reason: OOMKilled");
        var outOfMemory = (ContainerStatus.Exited) PodStates.of(pod("", status), NOW);
        assertThat(killed.result().outOfMemory()).isFalse();
        assertThat(outOfMemory.result().outOfMemory()).isTrue();
    }

    @Test
    void anOutOfMemoryThatTheProgramSurvivedIsAGoodEnd() {
        var status = ENDED.replace("reason: Error", "reason: OOMKilled").replace("137", "0");
        var end = (ContainerStatus.Exited) PodStates.of(pod("", status), NOW);
        assertThat(end.result()).isEqualTo(new ExitResult(0, false, null));
    }

    @Test
    void whatAProgramLeavesInItsTerminationLogIsNotTheEnginesWord() {
        var status = ENDED.replace("reason: Error", "reason: Error, message: s3cr3t");
        assertThat(PodStates.of(pod("", status), NOW).toString()).doesNotContain("s3cr3t");
    }

    @Test
    void aFailedInitContainerOfTheTemplateIsNamed() {
        var status =
                "phase: Failed, initContainerStatuses: [{name: setup, state: {terminated:"
                        + " {exitCode: 3, reason: Error}}}], containerStatuses: [{name: main, state:"
                        + " {waiting: {reason: PodInitializing}}}]";
        assertThat(kindOf(pod("", status))).isEqualTo(FailureKind.START_REFUSED);
        assertThat(PodStates.of(pod("", status), NOW).toString())
                .contains("'setup'", "exit code 3")
                .contains("startedAt=null");
    }

    @Test
    void aPodThatFailedWithoutAWordIsNotEvicted() {
        assertThat(kindOf(pod("", "phase: Failed"))).isEqualTo(FailureKind.BACKEND_ERROR);
    }

    /** The deletion was asked for at 00:05:00, with a grace of 30 seconds. */
    @ParameterizedTest
    @CsvSource({
        "'', 00:05:00, true",
        "'', 00:05:30, true",
        "'', 00:04:59, false",
        "', annotations: {dev.kohakku/stopped-at: x}', 00:05:01, false"
    })
    void anEndByADeletionThatIsNotOursIsNotTheProgramsEnd(
            String annotations, String finished, boolean isVanished) {
        var metadata =
                ", deletionTimestamp: '2030-01-01T00:05:30Z', deletionGracePeriodSeconds: 30"
                        + annotations;
        var status = ENDED.replace("reason", "finishedAt: '2030-01-01T" + finished + "Z', reason");
        if (isVanished) {
            assertThat(kindOf(pod(metadata, status))).isEqualTo(FailureKind.CONTAINER_VANISHED);
        } else {
            assertThat(PodStates.of(pod(metadata, status), NOW))
                    .isInstanceOf(ContainerStatus.Exited.class);
        }
    }
}
