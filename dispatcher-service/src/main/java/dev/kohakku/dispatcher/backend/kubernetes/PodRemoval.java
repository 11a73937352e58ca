package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StopProgress;
import dev.kohakku.dispatcher.backend.StopProgress.Step;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Ends Pods and takes them away. Every method is repeatable. */
final class PodRemoval {

    /** How much longer than its grace a kubelet may take before it is told again, with force. */
    private static final Duration KUBELET = Duration.ofSeconds(10);

    /** How long an end may take after that before it is an error. */
    private static final Duration VERIFIED = Duration.ofSeconds(30);

    /** A look of its own now and then, whatever the watch says. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Pods pods;
    private final InstantSource clock;

    PodRemoval(Pods pods, InstantSource clock) {
        this.pods = pods;
        this.clock = clock;
    }

    /**
     * Deletes the Pod, which has the kubelet send TERM and after the grace KILL, and waits until it
     * is verified not running. The object stays, by its finalizer.
     */
    void stop(ContainerHandle handle, Duration grace, StopProgress progress)
            throws InterruptedException {
        var found = pods.find(handle);
        if (found.isEmpty() || hasEnded(found.get())) {
            progress.reached(Step.GONE);
            return;
        }
        var pod = found.get();
        if (!PodLabels.isStopped(pod)) {
            // why no look at the answer: what is not there any more needs no mark.
            var _ = pods.api().markStopped(pod, clock.instant());
        }
        // why at least 1: 0 is by force, without waiting for the kubelet.
        pods.api().delete(pod, Math.max(1, (grace.toMillis() + 999) / 1000));
        progress.reached(Step.TERM_SENT);
        if (!endsWithin(handle, grace)) {
            // why told now: at the end of the grace it was given, the kubelet kills.
            progress.reached(Step.KILL_SENT);
            if (!endsWithin(handle, KUBELET)) {
                pods.api().delete(pod, 0);
                if (!endsWithin(handle, VERIFIED)) {
                    throw BackendException.unknown(
                            "Pod "
                                    + handle.containerId()
                                    + " is not verified gone: its node does not answer for it",
                            null);
                }
            }
        }
        progress.reached(Step.GONE);
    }

    private boolean endsWithin(ContainerHandle handle, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        try (var follower = pods.follow(handle)) {
            while (true) {
                var seen = follower.events();
                var pod = pods.find(handle);
                if (pod.isEmpty() || hasEnded(pod.get())) {
                    return true;
                }
                var left = Duration.ofNanos(end - System.nanoTime());
                if (left.isNegative() || left.isZero()) {
                    return false;
                }
                follower.await(seen, left.compareTo(LOOK) < 0 ? left : LOOK);
            }
        }
    }

    /** Whether nothing of it has run or ever will. */
    boolean isNothing(Pod pod) {
        return PodStates.of(pod, clock.instant()) instanceof ContainerStatus.Missing;
    }

    private boolean hasEnded(Pod pod) {
        return switch (PodStates.of(pod, clock.instant())) {
            case ContainerStatus.Created _, ContainerStatus.Running _ -> false;
            case ContainerStatus.Exited _, ContainerStatus.Failed _, ContainerStatus.Missing _ ->
                    true;
        };
    }

    /** Stops what runs, then takes the Pod away; the cluster's garbage collector its Secrets. */
    void remove(ContainerHandle handle) throws InterruptedException {
        var found = pods.find(handle);
        if (found.isPresent() && PodStates.isGated(found.get())) {
            removeIfNeverStarted(found.get());
            found = pods.find(handle);
        }
        if (found.isPresent()) {
            if (!hasEnded(found.get())) {
                stop(handle, Duration.ZERO, StopProgress.NONE);
            }
            // why the delete first: while the finalizer is there, a stop right here loses nothing.
            pods.api().delete(found.get(), 0);
            forget(found.get());
        }
    }

    /** Takes our finalizer off, whatever others write to the Pod meanwhile. */
    private void forget(Pod pod) throws InterruptedException {
        var held = now(pod);
        while (held.isPresent() && !pods.api().forget(held.get())) {
            held = now(pod);
        }
    }

    /** Removes a Pod that waits for its permit, or that never got a node; any other stays. */
    void removeIfNeverStarted(Pod pod) throws InterruptedException {
        var seen = Optional.of(pod);
        // why again: the scheduler writes to a gated Pod too.
        while (seen.isPresent()
                && PodStates.isGated(seen.get())
                && !pods.api().deleteIfUnchanged(seen.get())) {
            seen = now(pod);
        }
        if (seen.filter(this::isNothing).isPresent()) {
            // why: only our finalizer still holds it.
            forget(seen.get());
        }
    }

    /** This very Pod as it is now; empty where it is gone, or another has its name. */
    private Optional<Pod> now(Pod pod) throws InterruptedException {
        var meta = pod.getMetadata();
        return pods.api()
                .get(meta.getNamespace(), meta.getName())
                .filter(each -> each.getMetadata().getUid().equals(meta.getUid()));
    }
}
