package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The Pods of this installation in the namespaces it may use: by attempt, by handle, and followed.
 * A handle's container id is {@code <namespace>/<name>}. Thread-safe.
 */
final class Pods implements AutoCloseable {

    private final Cluster cluster;
    private final PodApi api;
    private final PodLabels labels;
    private final KubernetesSettings settings;
    private final Map<String, PodWatch> watches = new ConcurrentHashMap<>();

    Pods(Cluster cluster, PodApi api, PodLabels labels, KubernetesSettings settings) {
        this.cluster = cluster;
        this.api = api;
        this.labels = labels;
        this.settings = settings;
    }

    PodApi api() {
        return api;
    }

    /** Where the attempt's Pod goes. */
    String namespaceOf(ContainerSpec spec) {
        var wanted = spec.namespace();
        if (wanted == null) {
            return cluster.defaultNamespace();
        }
        if (!namespaces().contains(wanted)) {
            throw BackendException.refused(
                    FailureKind.START_REFUSED,
                    "namespace '"
                            + wanted
                            + "' is not one that tasks may ask for: kohakku.kubernetes.namespaces"
                            + " names them",
                    null);
        }
        return wanted;
    }

    /** Where Pods of ours may be; the default one first. */
    Set<String> namespaces() {
        var all = new LinkedHashSet<String>();
        all.add(cluster.defaultNamespace());
        all.addAll(settings.namespaces());
        return all;
    }

    Optional<Pod> find(AttemptId attempt) throws InterruptedException {
        for (var namespace : namespaces()) {
            var found = find(namespace, attempt);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    Optional<Pod> find(String namespace, AttemptId attempt) throws InterruptedException {
        return api.get(namespace, attempt.containerName())
                .filter(pod -> labels.attemptOf(pod).filter(attempt::equals).isPresent());
    }

    Optional<Pod> find(ContainerHandle handle) throws InterruptedException {
        return find(namespaceOf(handle), handle.attempt());
    }

    List<ContainerHandle> list() throws InterruptedException {
        var all = new ArrayList<ContainerHandle>();
        for (var namespace : namespaces()) {
            for (var pod : api.list(namespace, labels.filter())) {
                labels.attemptOf(pod).ifPresent(attempt -> all.add(handle(attempt, namespace)));
            }
        }
        return all;
    }

    PodFollower follow(ContainerHandle handle) {
        return watchOf(namespaceOf(handle)).follow(handle.attempt().containerName());
    }

    PodWatch watchOf(String namespace) {
        return watches.computeIfAbsent(
                namespace,
                name -> new PodWatch(cluster, api, name, labels.filter(), settings.watchSilence()));
    }

    static ContainerHandle handle(AttemptId attempt, String namespace) {
        return new ContainerHandle(
                attempt, RuntimeType.K8S, namespace + "/" + attempt.containerName());
    }

    static String namespaceOf(ContainerHandle handle) {
        var id = handle.containerId();
        return id.substring(0, id.indexOf('/'));
    }

    @Override
    public void close() {
        watches.values().forEach(PodWatch::close);
    }
}
