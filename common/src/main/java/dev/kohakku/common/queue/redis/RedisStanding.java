package dev.kohakku.common.queue.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the Redis of a role stands, as it was last seen.
 *
 * @param role what it is for
 * @param away why it does not answer; null while it does
 * @param policy its {@code maxmemory-policy}; {@code unknown} where it does not say
 * @param used bytes of memory, of a cluster those of all masters
 * @param most bytes it may use; 0 for no limit of its own
 * @param unfit why it must not be used for its role; null where it may. Of the queue only: it stops
 *     a start, and is an alarm later
 * @param advice what is wrong with it for its role and bearable, a sentence each
 */
public record RedisStanding(
        RedisRole role,
        @Nullable String away,
        String policy,
        long used,
        long most,
        @Nullable String unfit,
        List<String> advice) {

    private static final String UNKNOWN = "unknown";
    private static final String KEEPS_ALL = "noeviction";

    public RedisStanding {
        advice = List.copyOf(advice);
    }

    /** Whether it answers. */
    public boolean isUp() {
        return away == null;
    }

    /** One that did not answer. */
    static RedisStanding away(RedisRole role, String why) {
        return new RedisStanding(role, why, UNKNOWN, 0, 0, null, List.of());
    }

    /**
     * Judges what its servers say of themselves.
     *
     * @param setting the name of what leads there
     * @param servers the fields of {@code INFO}; none where it does not let us ask
     */
    static RedisStanding of(RedisRole role, String setting, List<Map<String, String>> servers) {
        var policy = policyOf(servers);
        var advice = new ArrayList<String>();
        String unfit = null;
        if (role != RedisRole.CACHE) {
            if (UNKNOWN.equals(policy)) {
                advice.add(
                        setting
                                + " does not tell its maxmemory-policy: see to it that it is "
                                + KEEPS_ALL
                                + ", or allow the command INFO");
            } else if (!KEEPS_ALL.equals(policy)) {
                unfit = evicting(role, setting, policy);
            }
            if (servers.stream().anyMatch(each -> "0".equals(each.get("aof_enabled")))) {
                advice.add(
                        setting
                                + " has appendonly no and loses its last seconds, or everything,"
                                + " when it restarts: run 'redis-cli CONFIG SET appendonly yes' and"
                                + " set it in redis.conf");
            }
        }
        if (unfit != null && role != RedisRole.QUEUE) {
            advice.addFirst(unfit);
            unfit = null;
        }
        return new RedisStanding(
                role,
                null,
                policy,
                sum(servers, "used_memory"),
                sum(servers, "maxmemory"),
                unfit,
                advice);
    }

    private static String evicting(RedisRole role, String setting, String policy) {
        return setting
                + " leads to a Redis with maxmemory-policy "
                + policy
                + ", which "
                + role.whatEvictionDoes()
                + " when its memory is full; it must be "
                + KEEPS_ALL
                + ": run 'redis-cli CONFIG SET maxmemory-policy noeviction' and set it in redis.conf";
    }

    /** The worst of them: one that evicts is enough to lose something. */
    private static String policyOf(List<Map<String, String>> servers) {
        var policy = UNKNOWN;
        for (var server : servers) {
            var seen = server.getOrDefault("maxmemory_policy", UNKNOWN);
            if (!KEEPS_ALL.equals(seen) && !UNKNOWN.equals(seen)) {
                return seen;
            }
            policy = UNKNOWN.equals(policy) ? seen : policy;
        }
        return policy;
    }

    private static long sum(List<Map<String, String>> servers, String field) {
        return servers.stream().mapToLong(each -> number(each.get(field))).sum();
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException other) {
            return 0;
        }
    }
}
