package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendHealth;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Cluster;

/**
 * Whether the cluster takes work, and what the settings name is there. What only a launch can tell
 * (a role that may not be passed on) is remembered for a while from the last one that failed for
 * it; then the next launch tells whether it has been put right. Thread-safe.
 */
final class EcsHealth {

    /**
     * A look may take five seconds; where there are no credentials, finding that out takes more.
     */
    private static final Duration LIMIT = Duration.ofMillis(4_500);

    private static final Duration MEMORY = Duration.ofSeconds(60);

    private final EcsApi api;
    private final AccountCheck account;
    private final EcsSettings settings;
    private final Shared<Cluster> clusters = new Shared<>(this::cluster);
    private volatile @Nullable Cluster seen;
    private volatile @Nullable Complaint complaint;

    private record Complaint(String words, long at) {}

    EcsHealth(EcsApi api, AccountCheck account, EcsSettings settings) {
        this.api = api;
        this.account = account;
        this.settings = settings;
    }

    /** The cluster's ARN. */
    String scope() {
        var known = seen;
        if (known != null) {
            return known.clusterArn();
        }
        try {
            return clusters.next().clusterArn();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BackendException.unknown("interrupted while asking for the cluster", e);
        }
    }

    BackendHealth look() {
        var begun = System.nanoTime();
        try {
            var found = clusters.next(LIMIT);
            if (!"ACTIVE".equals(found.status())) {
                return BackendHealth.unhealthy(
                        "kohakku.ecs.cluster: %s is %s"
                                .formatted(settings.cluster(), found.status()));
            }
            var left = LIMIT.minusNanos(System.nanoTime() - begun);
            return account.missing(left)
                    .map(BackendHealth::unhealthy)
                    .orElseGet(() -> lacking(found));
        } catch (BackendException e) {
            return BackendHealth.unhealthy("ECS: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return BackendHealth.unhealthy("interrupted while asking AWS");
        }
    }

    private BackendHealth lacking(Cluster found) {
        var providers =
                settings.placement().capacityProviders().stream()
                        .map(EcsSettings.CapacityProvider::name)
                        .filter(name -> !found.capacityProviders().contains(name))
                        .toList();
        if (!providers.isEmpty()) {
            return BackendHealth.unhealthy(
                    "kohakku.ecs.placement.capacity-providers: the cluster does not have "
                            + providers);
        }
        var last = complaint;
        return last != null && System.nanoTime() - last.at() < MEMORY.toNanos()
                ? BackendHealth.unhealthy(last.words())
                : BackendHealth.HEALTHY;
    }

    private Cluster cluster() throws InterruptedException {
        try {
            var cluster =
                    described()
                            .findFirst()
                            .orElseThrow(() ->
                                    BackendException.refused(
                                            FailureKind.BACKEND_ERROR,
                                            "kohakku.ecs.cluster: there is no cluster "
                                                    + settings.cluster(),
                                            null));
            seen = cluster;
            return cluster;
        } catch (BackendException told) {
            throw told;
        } catch (RuntimeException failure) {
            var last = seen;
            if (last != null && Throttling.is(failure)) {
                // why healthy: an API that throttles is there, and the next look tells more.
                return last;
            }
            throw EcsFailures.of("DescribeClusters", failure);
        }
    }

    private Stream<Cluster> described() throws InterruptedException {
        try {
            return api.ecsNow(this::describe);
        } catch (SdkClientException lost) {
            // why once more: a kept connection may have been closed at the other end.
            return api.ecsNow(this::describe);
        }
    }

    private Stream<Cluster> describe(EcsClient client) {
        return client
                .describeClusters(request -> request.clusters(settings.cluster()))
                .clusters()
                .stream();
    }

    /** A launch has worked: nothing is wrong any more. */
    void launched() {
        complaint = null;
    }

    /** A task was launched and then given up by ECS before it ran. */
    void givenUp(ContainerStatus.Failed failed) {
        if (failed.startedAt() == null) {
            complain(failed.kind(), failed.reason());
        }
    }

    /** A launch has not worked. What is a setting's fault hinders every other one too. */
    void launchFailed(BackendException failure) {
        if (!failure.isUnknown()) {
            complain(failure.kind(), String.valueOf(failure.getMessage()));
        }
    }

    /** why by the kind: the others' words may be a user's own, as an image's name. */
    private void complain(FailureKind kind, String words) {
        if (kind == FailureKind.BACKEND_ERROR && isForAll(words)) {
            complaint = new Complaint(words, System.nanoTime());
        }
    }

    private static boolean isForAll(String words) {
        return words.contains("(kohakku.ecs.")
                || words.contains("AccessDeniedException")
                || words.contains("credentials");
    }
}
