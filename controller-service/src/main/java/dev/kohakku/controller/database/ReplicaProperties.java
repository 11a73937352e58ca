package dev.kohakku.controller.database;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Streaming replicas that answer reads.
 *
 * @param urls {@code POSTGRES_REPLICA_URLS}: of each a JDBC URL, {@code host:port/database} or
 *     {@code host:port}
 * @param mostLag how far a replica may be behind the primary before it is left out; from {@code
 *     checkEvery} to ten minutes
 * @param checkEvery how often each is asked where it stands
 * @param poolSize connections of this process to each
 */
@Validated
@ConfigurationProperties(prefix = "kohakku.replicas", ignoreUnknownFields = false)
record ReplicaProperties(
        @DefaultValue List<String> urls,
        @DefaultValue("10s") Duration mostLag,
        @DefaultValue("1s") Duration checkEvery,
        @DefaultValue("6") @Min(1) int poolSize) {

    /** How long a client's browser keeps what it has seen: no longer than it matters. */
    static final Duration LONGEST_LAG = Duration.ofMinutes(10);

    ReplicaProperties {
        urls = urls.stream().map(String::strip).filter(each -> !each.isEmpty()).toList();
        if (checkEvery.toMillis() < 100) {
            throw new IllegalArgumentException(
                    "kohakku.replicas.check-every must be at least 100ms, not " + checkEvery);
        }
        if (mostLag.compareTo(LONGEST_LAG) > 0) {
            throw new IllegalArgumentException(
                    "kohakku.replicas.most-lag must be at most %s, not %s: a client's own writes are known for no longer"
                            .formatted(LONGEST_LAG, mostLag));
        }
        if (mostLag.compareTo(checkEvery) < 0) {
            throw new IllegalArgumentException(
                    "kohakku.replicas.most-lag (%s) must not be shorter than kohakku.replicas.check-every (%s): nothing shorter is seen"
                            .formatted(mostLag, checkEvery));
        }
    }

    /** Without the URLs, which may hold passwords. */
    @Override
    public String toString() {
        return "ReplicaProperties[%d urls, mostLag=%s, checkEvery=%s, poolSize=%d]"
                .formatted(urls.size(), mostLag, checkEvery, poolSize);
    }
}
