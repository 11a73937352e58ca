package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartPermit;
import dev.kohakku.dispatcher.backend.StartProgress;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Starts an attempt's Pod: made behind its gate, its Secrets, the permit, the gate gone, then
 * waited for. Every step finds what an earlier call has done.
 */
final class PodStart {

    /** A look of its own now and then, whatever the watch says. */
    private static final Duration LOOK = Duration.ofSeconds(30);

    private static final Duration LOOK_IN_DOUBT = Duration.ofSeconds(5);

    private final Pods pods;
    private final PodRequest requests;
    private final PodRemoval removal;
    private final InstantSource clock;

    PodStart(Pods pods, PodRequest requests, PodRemoval removal, InstantSource clock) {
        this.pods = pods;
        this.requests = requests;
        this.removal = removal;
        this.clock = clock;
    }

    private record Made(Pod pod, boolean byThisCall) {}

    ContainerHandle start(ContainerSpec spec, StartPermit permit, StartProgress progress)
            throws InterruptedException {
        requests.check(spec);
        var namespace = pods.namespaceOf(spec);
        var handle = Pods.handle(spec.attempt(), namespace);
        var made = make(spec, namespace);
        if (PodStates.isGated(made.pod())) {
            try {
                letGo(spec, permit, made);
            } catch (BackendException failed) {
                if (!failed.isUnknown()) {
                    removal.removeIfNeverStarted(made.pod());
                }
                throw failed;
            }
        }
        await(handle, progress);
        return handle;
    }

    private void letGo(ContainerSpec spec, StartPermit permit, Made made)
            throws InterruptedException {
        var namespace = made.pod().getMetadata().getNamespace();
        for (var secret : requests.secrets(spec, made.pod())) {
            pods.api().create(namespace, secret);
        }
        if (!permit.isGranted()) {
            if (made.byThisCall()) {
                removal.removeIfNeverStarted(made.pod());
            }
            throw new StartForbiddenException(spec.attempt());
        }
        if (!pods.api().release(made.pod())) {
            // why a look: another call has let it go, or it is gone.
            mustBeThere(spec, namespace);
        }
    }

    private Made make(ContainerSpec spec, String namespace) throws InterruptedException {
        var wanted = requests.pod(spec);
        while (true) {
            var found = pods.api().get(namespace, spec.attempt().containerName());
            if (found.isEmpty()) {
                var made = pods.api().create(namespace, wanted);
                if (made.isPresent()) {
                    return new Made(made.get(), true);
                }
                continue;
            }
            if (pods.find(namespace, spec.attempt()).isEmpty()) {
                throw BackendException.refused(
                        FailureKind.BACKEND_ERROR,
                        "the name " + spec.attempt().containerName() + " is somebody else's Pod",
                        null);
            }
            var pod = found.get();
            var isGated = PodStates.isGated(pod);
            if (isGated && PodLabels.isOf(spec.epoch(), pod)) {
                return new Made(pod, false);
            }
            if (!isGated && !removal.isNothing(pod)) {
                return new Made(pod, false);
            }
            // why: what an earlier owner has made and never started holds that owner's secrets.
            removal.removeIfNeverStarted(pod);
        }
    }

    private void mustBeThere(ContainerSpec spec, String namespace) throws InterruptedException {
        var pod = pods.find(namespace, spec.attempt());
        if (pod.isEmpty() || PodStates.isGated(pod.get())) {
            throw BackendException.unknown(
                    "Pod "
                            + spec.attempt().containerName()
                            + " was taken away while it was started",
                    null);
        }
    }

    private void await(ContainerHandle handle, StartProgress progress) throws InterruptedException {
        try (var follower = pods.follow(handle)) {
            var told = Optional.<Waiting>empty();
            var news = Optional.<Pod>empty();
            var pulls = new BrokenPulls();
            while (true) {
                var seen = follower.events();
                var pod = news.isPresent() ? news : pods.find(handle);
                if (pod.isEmpty() || removal.isNothing(pod.get())) {
                    throw vanished(handle, told);
                }
                var status = PodStates.of(pod.get(), clock.instant());
                if (status instanceof ContainerStatus.Running
                        || status instanceof ContainerStatus.Exited) {
                    return;
                }
                if (status instanceof ContainerStatus.Failed failed) {
                    if (!PodStates.neverRan(failed)) {
                        return;
                    }
                    throw broken(handle, failed.kind(), failed.reason());
                }
                var waiting = PodStates.waitingOf(pod.get());
                if (waiting.isPresent()) {
                    var kind = waiting.get().broken();
                    if (kind != null && pulls.isFinal(pod.get(), waiting.get(), clock.instant())) {
                        throw broken(handle, kind, waiting.get().words());
                    }
                    if (!waiting.equals(told)) {
                        progress.waitsFor(waiting.get().step(), waiting.get().words());
                        told = waiting;
                    }
                }
                news = follower.take(seen, pulls.isInDoubt() ? LOOK_IN_DOUBT : LOOK);
            }
        }
    }

    /** It will never run: nothing is left behind. */
    private BackendException broken(ContainerHandle handle, FailureKind kind, String words)
            throws InterruptedException {
        removal.remove(handle);
        return BackendException.refused(kind, words, null);
    }

    private BackendException vanished(ContainerHandle handle, Optional<Waiting> told)
            throws InterruptedException {
        removal.remove(handle);
        return BackendException.refused(
                FailureKind.CONTAINER_VANISHED,
                "the Pod was removed by somebody else before its container ran"
                        + told.map(last -> "; last it waited: " + last.words()).orElse(""),
                null);
    }
}
