package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.ExitResult;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads how a Pod's container stands.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/">Pod
 *     lifecycle</a>
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/">Disruptions</a>
 */
final class PodStates {

    /**
     * How long after the moment at which a Pod of a tainted node should be gone its node counts as
     * lost: a kubelet that lives says so within seconds.
     */
    static final Duration NODE_GRACE = Duration.ofSeconds(30);

    /** Ends of the kubelet's that are not the program's: the container never ran. */
    private static final Set<String> NEVER_RAN = Set.of("StartError", "ContainerCannotRun");

    private static final String START_ERROR = "StartError";

    private PodStates() {}

    static ContainerStatus of(Pod pod, Instant now) {
        var state = stateOf(pod);
        if (state != null && state.getTerminated() != null) {
            return ended(pod, state.getTerminated());
        }
        if (phase(pod).equals("Failed")) {
            return failed(pod, startOf(state));
        }
        if (isDeleting(pod) && nodeOf(pod) == null) {
            // why: no scheduler places what is being deleted, so nothing of it will ever run.
            return new ContainerStatus.Missing();
        }
        if (isNodeLost(pod, now)) {
            return new ContainerStatus.Failed(
                    startOf(state), FailureKind.NODE_LOST, wordsOf(pod, "its node is lost"));
        }
        return state != null && state.getRunning() != null
                ? new ContainerStatus.Running(instant(state.getRunning().getStartedAt(), now))
                : new ContainerStatus.Created();
    }

    /** A container that has ended, by itself or by what was done to its Pod. */
    private static ContainerStatus ended(Pod pod, ContainerStateTerminated end) {
        var startedAt = startedAt(end);
        if ("ContainerStatusUnknown".equals(end.getReason())) {
            return unknownEnd(pod, end, startedAt);
        }
        if (NEVER_RAN.contains(String.valueOf(end.getReason()))) {
            return new ContainerStatus.Failed(
                    null, FailureKind.START_REFUSED, words(end.getReason(), end.getMessage()));
        }
        var code = end.getExitCode() == null ? 0 : end.getExitCode();
        var disruption = disruptionOf(pod);
        // why only where it failed: what came to a good end in time has come to a good end.
        if (code != 0 && (disruption.isPresent() || isEvicted(pod) || isOverdue(pod))) {
            return failed(pod, startedAt);
        }
        if (code != 0 && isDeletedByOthers(pod, end)) {
            return new ContainerStatus.Failed(
                    startedAt,
                    FailureKind.CONTAINER_VANISHED,
                    "the Pod was deleted by somebody else while its container ran, which ended with"
                            + " exit code "
                            + code);
        }
        // why not at exit code 0: a child was killed, and the program coped and finished its work.
        var outOfMemory = code != 0 && "OOMKilled".equals(end.getReason());
        // why no message: it is what the program has left in its termination log, secrets or not.
        return new ContainerStatus.Exited(
                startedAt == null ? Instant.EPOCH : startedAt,
                new ExitResult(code, outOfMemory, null));
    }

    /**
     * Whether it ended after somebody had the Pod deleted, and that was not {@link
     * PodRemoval#stop}. Times have whole seconds: an end within the second of the deletion counts.
     */
    private static boolean isDeletedByOthers(Pod pod, ContainerStateTerminated end) {
        var meta = pod.getMetadata();
        if (!isDeleting(pod) || PodLabels.isStopped(pod) || end.getFinishedAt() == null) {
            return false;
        }
        var grace = meta.getDeletionGracePeriodSeconds();
        var deletedAt =
                Instant.parse(meta.getDeletionTimestamp()).minusSeconds(grace == null ? 0 : grace);
        return !Instant.parse(end.getFinishedAt()).isBefore(deletedAt);
    }

    /** The kubelet has no container to show for it: deleted before it started, or lost. */
    private static ContainerStatus unknownEnd(
            Pod pod, ContainerStateTerminated end, @Nullable Instant startedAt) {
        if (disruptionOf(pod).isPresent() || isEvicted(pod)) {
            return failed(pod, startedAt);
        }
        return new ContainerStatus.Failed(
                startedAt,
                isDeleting(pod) ? FailureKind.CONTAINER_VANISHED : FailureKind.NODE_LOST,
                words(end.getReason(), end.getMessage()));
    }

    private static ContainerStatus.Failed failed(Pod pod, @Nullable Instant startedAt) {
        if (isOverdue(pod)) {
            return new ContainerStatus.Failed(
                    startedAt,
                    FailureKind.RUN_TIMEOUT,
                    wordsOf(pod, "the Pod was active for longer than it may"));
        }
        if (isOutOfRoom(pod)) {
            return new ContainerStatus.Failed(
                    startedAt, FailureKind.NO_CAPACITY, wordsOf(pod, "the node had no room"));
        }
        var disruption = disruptionOf(pod);
        if (disruption.isPresent() || isEvicted(pod)) {
            var isNodes = disruption.filter(each -> isNodes(each.getReason())).isPresent();
            return new ContainerStatus.Failed(
                    startedAt,
                    isNodes ? FailureKind.NODE_LOST : FailureKind.EVICTED,
                    wordsOf(pod, "evicted"));
        }
        return failedInit(pod)
                .map(words ->
                        new ContainerStatus.Failed(startedAt, FailureKind.START_REFUSED, words))
                .orElseGet(() ->
                        new ContainerStatus.Failed(
                                startedAt,
                                FailureKind.BACKEND_ERROR,
                                wordsOf(pod, "the Pod failed and says nothing more")));
    }

    /** An init container of the template's that did not come to a good end, in words. */
    private static Optional<String> failedInit(Pod pod) {
        var inits = pod.getStatus().getInitContainerStatuses();
        return (inits == null ? List.<io.fabric8.kubernetes.api.model.ContainerStatus>of() : inits)
                .stream()
                        .filter(each ->
                                each.getState() != null
                                        && each.getState().getTerminated() != null
                                        && !Objects.equals(
                                                0, each.getState().getTerminated().getExitCode()))
                        .findFirst()
                        .map(each ->
                                "init container '%s' of the pod template ended with exit code %d (%s)"
                                        .formatted(
                                                each.getName(),
                                                each.getState().getTerminated().getExitCode(),
                                                each.getState().getTerminated().getReason()));
    }

    private static boolean isNodes(@Nullable String reason) {
        return "DeletionByPodGC".equals(reason) || "DeletionByTaintManager".equals(reason);
    }

    private static boolean isEvicted(Pod pod) {
        var reason = podReason(pod);
        return reason.equals("Evicted") || reason.equals("Preempting") || reason.equals("Shutdown");
    }

    private static boolean isOverdue(Pod pod) {
        return podReason(pod).equals("DeadlineExceeded");
    }

    /** The kubelet's own check at admission: OutOfcpu, OutOfmemory, OutOfpods, NodeAffinity. */
    private static boolean isOutOfRoom(Pod pod) {
        var reason = podReason(pod);
        return reason.startsWith("OutOf")
                || reason.equals("NodeAffinity")
                || reason.equals("UnexpectedAdmissionError");
    }

    private static boolean isNodeLost(Pod pod, Instant now) {
        if (podReason(pod).equals("NodeLost")) {
            return true;
        }
        var until = pod.getMetadata().getDeletionTimestamp();
        return until != null
                && disruptionOf(pod).filter(each -> isNodes(each.getReason())).isPresent()
                && now.isAfter(instant(until, now).plus(NODE_GRACE));
    }

    /** What it waits for, or why it will never run; empty where it runs or has ended. */
    static Optional<Waiting> waitingOf(Pod pod) {
        if (isGated(pod)) {
            return Optional.of(new Waiting("scheduling", "waits for its permit", null));
        }
        if (nodeOf(pod) == null) {
            return Optional.of(
                    condition(pod, "PodScheduled")
                            .filter(each -> "False".equals(each.getStatus()))
                            .map(each ->
                                    new Waiting(
                                            "scheduling",
                                            words(each.getReason(), each.getMessage()),
                                            null))
                            .orElse(new Waiting("scheduling", "waits for the scheduler", null)));
        }
        var state = stateOf(pod);
        if (state == null || state.getWaiting() == null) {
            return state == null
                    ? Optional.of(new Waiting("creating", "waits for its node", null))
                    : Optional.empty();
        }
        var waiting = state.getWaiting();
        return Optional.of(
                Waiting.of(
                        String.valueOf(waiting.getReason()),
                        waiting.getMessage() == null ? "" : waiting.getMessage()));
    }

    static boolean isGated(Pod pod) {
        var gates = pod.getSpec().getSchedulingGates();
        return gates != null
                && gates.stream().anyMatch(gate -> PodRequest.GATE.equals(gate.getName()));
    }

    static boolean isDeleting(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    static boolean neverRan(ContainerStatus.Failed failed) {
        return failed.startedAt() == null;
    }

    static @Nullable String nodeOf(Pod pod) {
        return blankToNull(pod.getSpec().getNodeName());
    }

    private static @Nullable ContainerState stateOf(Pod pod) {
        if (pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null) {
            return null;
        }
        return pod.getStatus().getContainerStatuses().stream()
                .filter(each -> PodRequest.CONTAINER.equals(each.getName()))
                .map(each -> each.getState())
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Instant startOf(@Nullable ContainerState state) {
        return state == null || state.getRunning() == null
                ? null
                : instant(state.getRunning().getStartedAt(), Instant.EPOCH);
    }

    private static @Nullable Instant startedAt(ContainerStateTerminated end) {
        return end.getStartedAt() == null || START_ERROR.equals(end.getReason())
                ? null
                : Instant.parse(end.getStartedAt());
    }

    private static Instant instant(@Nullable String text, Instant otherwise) {
        return text == null ? otherwise : Instant.parse(text);
    }

    private static String phase(Pod pod) {
        var status = pod.getStatus();
        return status == null || status.getPhase() == null ? "Pending" : status.getPhase();
    }

    private static String podReason(Pod pod) {
        var status = pod.getStatus();
        return status == null || status.getReason() == null ? "" : status.getReason();
    }

    private static Optional<PodCondition> disruptionOf(Pod pod) {
        return condition(pod, "DisruptionTarget").filter(each -> "True".equals(each.getStatus()));
    }

    private static Optional<PodCondition> condition(Pod pod, String type) {
        if (pod.getStatus() == null || pod.getStatus().getConditions() == null) {
            return Optional.empty();
        }
        return pod.getStatus().getConditions().stream()
                .filter(each -> type.equals(each.getType()))
                .findFirst();
    }

    private static String wordsOf(Pod pod, String otherwise) {
        var status = pod.getStatus();
        if (status != null && (status.getReason() != null || status.getMessage() != null)) {
            return words(status.getReason(), status.getMessage());
        }
        return disruptionOf(pod)
                .map(each -> words(each.getReason(), each.getMessage()))
                .orElse(otherwise);
    }

    static String words(@Nullable String reason, @Nullable String message) {
        if (message == null || message.isBlank()) {
            return String.valueOf(reason);
        }
        return reason == null ? message : reason + ": " + message;
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
