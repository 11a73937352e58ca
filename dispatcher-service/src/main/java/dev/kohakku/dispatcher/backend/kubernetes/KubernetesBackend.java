package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendFactory.Owner;
import dev.kohakku.dispatcher.backend.BackendHealth;
import dev.kohakku.dispatcher.backend.Capabilities;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartPermit;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.StopProgress;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Runs Pods. */
final class KubernetesBackend implements ContainerBackend, AutoCloseable {

    /** A look of its own now and then, whatever the watch says: five thousand cost 17 a second. */
    private static final Duration LOOK = Duration.ofMinutes(5);

    private static final Duration LOOK_AT_DELETED = Duration.ofSeconds(5);

    private final Cluster cluster;
    private final Pods pods;
    private final PodStart starting;
    private final PodRemoval removal;
    private final InstantSource clock;
    private final KubernetesHealth health;
    private volatile String scope;

    KubernetesBackend(KubernetesSettings settings, Owner owner, InstantSource clock) {
        var labels = new PodLabels(owner);
        this.cluster = new Cluster(settings);
        this.pods = new Pods(cluster, new PodApi(cluster), labels, settings);
        this.removal = new PodRemoval(pods, clock);
        this.starting = new PodStart(pods, new PodRequest(settings, labels, clock), removal, clock);
        this.clock = clock;
        this.health = new KubernetesHealth(cluster, pods);
        this.scope = settings.clusterId();
    }

    KubernetesLogs logs() {
        return new KubernetesLogs(cluster, pods, clock);
    }

    Pods pods() {
        return pods;
    }

    @Override
    public RuntimeType type() {
        return RuntimeType.K8S;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(true, true, true, false, true, true);
    }

    /** As configured, or the uid of the namespace {@code kube-system}, as old as its cluster. */
    @Override
    public String scope() {
        var known = scope;
        if (!known.isEmpty()) {
            return known;
        }
        try {
            var system = cluster.ask(client -> client.namespaces().withName("kube-system").get());
            if (system == null) {
                throw BackendException.unknown("the cluster has no namespace kube-system", null);
            }
            scope = system.getMetadata().getUid();
            return system.getMetadata().getUid();
        } catch (KubernetesClientException e) {
            throw BackendException.unknown(
                    "the cluster's id, the uid of namespace kube-system, cannot be read"
                            + " (kohakku.kubernetes.cluster-id can stand in for it): "
                            + Cluster.wordsOf(e),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BackendException.unknown("interrupted while asking for the cluster's id", e);
        }
    }

    @Override
    public BackendHealth health() {
        return health.look();
    }

    @Override
    public ContainerHandle start(ContainerSpec spec, StartPermit permit, StartProgress progress)
            throws InterruptedException {
        return starting.start(spec, permit, progress);
    }

    @Override
    public Optional<ContainerHandle> find(AttemptId attempt) throws InterruptedException {
        return pods.find(attempt)
                .map(pod -> Pods.handle(attempt, pod.getMetadata().getNamespace()));
    }

    @Override
    public ContainerStatus inspect(ContainerHandle handle) throws InterruptedException {
        return statusOf(pods.find(handle));
    }

    @Override
    public ContainerStatus awaitExit(ContainerHandle handle) throws InterruptedException {
        try (var follower = pods.follow(handle)) {
            while (true) {
                var seen = follower.events();
                var pod = findUntilAnswered(handle);
                var status = statusOf(pod);
                if (!(status instanceof ContainerStatus.Running)
                        && !(status instanceof ContainerStatus.Created)) {
                    return status;
                }
                // why sooner: nobody says it of a lost node's Pod when its time is over.
                var isDeleting = pod.filter(PodStates::isDeleting).isPresent();
                follower.await(seen, isDeleting ? LOOK_AT_DELETED : LOOK);
            }
        }
    }

    private ContainerStatus statusOf(Optional<Pod> pod) {
        return pod.map(each -> PodStates.of(each, clock.instant()))
                .orElseGet(ContainerStatus.Missing::new);
    }

    private Optional<Pod> findUntilAnswered(ContainerHandle handle) throws InterruptedException {
        var pause = Duration.ofMillis(500);
        while (true) {
            try {
                return pods.find(handle);
            } catch (BackendException unanswered) {
                Thread.sleep(pause);
                pause = pause.compareTo(Duration.ofSeconds(5)) < 0 ? pause.multipliedBy(2) : pause;
            }
        }
    }

    @Override
    public void stop(ContainerHandle handle, Duration grace, StopProgress progress)
            throws InterruptedException {
        removal.stop(handle, grace, progress);
    }

    @Override
    public void destroy(ContainerHandle handle) throws InterruptedException {
        removal.remove(handle);
    }

    @Override
    public List<ContainerHandle> list() throws InterruptedException {
        return pods.list();
    }

    @Override
    public void close() {
        pods.close();
    }
}
