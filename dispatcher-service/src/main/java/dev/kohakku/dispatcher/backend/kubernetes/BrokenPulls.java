package dev.kohakku.dispatcher.backend.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node's word that a pull cannot succeed is its last one. Where a login goes with the Pod
 * the first word may be wrong: a kubelet that has not seen the login's Secret within a second pulls
 * without it, is refused like anybody, and has it when it tries again ten seconds later. Of one
 * start; not thread-safe.
 */
final class BrokenPulls {

    /** Then the second try has failed too, seen or not: the kubelet's first pause takes ten. */
    private static final Duration BELIEVED = Duration.ofSeconds(20);

    private @Nullable Instant since;
    private boolean hasPaused;

    /** Takes what is broken of a Pod, and says whether it is so for ever. */
    boolean isFinal(Pod pod, Waiting waiting, Instant now) {
        if (!waiting.isPull()) {
            return true;
        }
        var logins = pod.getSpec().getImagePullSecrets();
        if (logins == null || logins.isEmpty()) {
            return true;
        }
        if (since == null) {
            since = now;
        }
        if (hasPaused && !waiting.isPause()) {
            return true;
        }
        hasPaused |= waiting.isPause();
        return now.isAfter(since.plus(BELIEVED));
    }

    /** Whether a word is doubted, so that it must be looked at again soon. */
    boolean isInDoubt() {
        return since != null;
    }
}
