package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.task.ImageReference;
import dev.kohakku.dispatcher.backend.BackendFactory.Owner;
import dev.kohakku.dispatcher.backend.BusyboxUnderTest;
import dev.kohakku.dispatcher.backend.ServedBackend;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * The real cluster of {@code KUBECONFIG}, in the namespace of its context, with the image {@code
 * CLUSTER_IMAGE}, a busybox that its nodes have or can pull. Only for {@code make cluster}.
 */
final class ClusterUnderTest implements BusyboxUnderTest {

    static KubernetesSettings settings(String podTemplate) {
        return KubernetesUnderTest.settings(required("KUBECONFIG"), List.of(), podTemplate);
    }

    private static String required(String variable) {
        var value = System.getenv(variable);
        if (value == null || value.isEmpty()) {
            throw new IllegalStateException(variable + " is not set: see make cluster");
        }
        return value;
    }

    KubernetesBackend backend(String installation) {
        return new KubernetesBackend(
                settings(""), new Owner(installation, "dispatcher-under-test"), Clock.systemUTC());
    }

    @Override
    public ServedBackend open(String installation) {
        var backend = backend(installation);
        return new ServedBackend(backend, backend.logs(), Optional.empty());
    }

    @Override
    public boolean makesBeforeStart() {
        return true;
    }

    @Override
    public boolean tellsStreamsApart() {
        return false;
    }

    @Override
    public ImageReference image() {
        return ImageReference.parse(required("CLUSTER_IMAGE"));
    }
}
