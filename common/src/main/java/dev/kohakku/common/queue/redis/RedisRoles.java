package dev.kohakku.common.queue.redis;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.telemetry.Metrics;
import io.lettuce.core.RedisCommandExecutionException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the Redis of each role is there and is what its role needs. It asks by {@code INFO}
 * only: managed servers forbid {@code CONFIG}. Thread-safe.
 */
public final class RedisRoles {

    private static final Logger LOG = LoggerFactory.getLogger(RedisRoles.class);

    /** How often a process looks again: who configures a server should see it soon. */
    public static final Duration LOOK_EVERY = Duration.ofSeconds(15);

    private final RedisConnections connections;
    private final Map<RedisRole, RedisStanding> seen = new EnumMap<>(RedisRole.class);
    private @Nullable MultiGauge policies;

    /** Contacts nobody yet. */
    public RedisRoles(RedisConnections connections) {
        this.connections = connections;
        for (var role : RedisRole.values()) {
            seen.put(role, RedisStanding.away(role, "not asked yet"));
        }
    }

    /** How each stood when it was last looked at; before that, away. Asks nobody. */
    public synchronized List<RedisStanding> standings() {
        return List.copyOf(seen.values());
    }

    /**
     * Looks at each, and says in the log what has changed. Blocks for an answer of each; what does
     * not answer is away.
     */
    public List<RedisStanding> look() {
        var standings = new ArrayList<RedisStanding>();
        for (var role : RedisRole.values()) {
            var standing = standingOf(role);
            standings.add(standing);
            keep(standing);
        }
        showPolicies();
        return standings;
    }

    /**
     * Looks before anything is used. Who is away may be looked at later and stops nothing.
     *
     * @throws UnfitRedisException when the queue's would lose entries
     */
    public void checkAtStart() {
        for (var standing : look()) {
            if (standing.unfit() != null) {
                throw new UnfitRedisException(standing.unfit());
            }
        }
    }

    private RedisStanding standingOf(RedisRole role) {
        var connection = connections.of(role);
        try {
            var servers = new ArrayList<Map<String, String>>();
            // why two sections and not all: it is asked again and again.
            for (var section : List.of("memory", "persistence")) {
                List<String> told =
                        connection.call(
                                "INFO",
                                commands -> connection.connector().describe(commands, section));
                told.forEach(each -> servers.add(fields(each)));
            }
            return RedisStanding.of(role, connections.settingOf(role), servers);
        } catch (RedisCommandExecutionException forbidden) {
            return RedisStanding.of(role, connections.settingOf(role), List.of());
        } catch (QueueUnavailableException away) {
            return RedisStanding.away(
                    role, connections.settingOf(role) + " does not answer: " + away.getMessage());
        }
    }

    private static Map<String, String> fields(String section) {
        var fields = new HashMap<String, String>();
        section.lines()
                .forEach(line -> {
                    var colon = line.indexOf(':');
                    if (colon > 0) {
                        fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
                    }
                });
        return fields;
    }

    private void keep(RedisStanding standing) {
        RedisStanding before;
        synchronized (this) {
            before = seen.put(standing.role(), standing);
        }
        if (before == null || !standing.advice().equals(before.advice())) {
            standing.advice().forEach(sentence -> LOG.warn("{}", sentence));
        }
        if (standing.unfit() != null && (before == null || before.unfit() == null)) {
            LOG.error("{}", standing.unfit());
        }
    }

    /** Shows each role's state, as it was last seen. */
    public void bindTo(MeterRegistry registry) {
        for (var role : RedisRole.values()) {
            gauge(registry, Metrics.REDIS_ROLE_UP, role, each -> each.isUp() ? 1 : 0);
            gauge(registry, Metrics.REDIS_ROLE_FIT, role, each -> each.unfit() == null ? 1 : 0);
            gauge(registry, Metrics.REDIS_MEMORY_USED, role, RedisStanding::used);
            gauge(registry, Metrics.REDIS_MEMORY_MOST, role, RedisStanding::most);
        }
        synchronized (this) {
            policies = MultiGauge.builder(Metrics.REDIS_POLICY).register(registry);
        }
        showPolicies();
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            RedisRole role,
            ToDoubleFunction<RedisStanding> value) {
        Gauge.builder(name, () -> value.applyAsDouble(lastOf(role)))
                .tag(Metrics.ROLE, role.word())
                .register(registry);
    }

    private synchronized RedisStanding lastOf(RedisRole role) {
        return seen.getOrDefault(role, RedisStanding.away(role, "not asked yet"));
    }

    private synchronized void showPolicies() {
        if (policies == null) {
            return;
        }
        var rows = new ArrayList<MultiGauge.Row<?>>();
        for (var standing : seen.values()) {
            rows.add(
                    MultiGauge.Row.of(
                            Tags.of(
                                    Metrics.ROLE,
                                    standing.role().word(),
                                    Metrics.POLICY,
                                    standing.policy()),
                            1));
        }
        policies.register(rows, true);
    }
}
