package dev.kohakku.controller.role;

import dev.kohakku.common.queue.redis.RedisConnections;
import dev.kohakku.common.queue.redis.RedisEndpoints;
import dev.kohakku.common.queue.redis.WakeChannel;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.ListableBeanFactory;

/** Wakes of a process, for the tests of who wakes what. */
public final class TestingWakes {

    private TestingWakes() {}

    /** Of a process that does everything and hears nobody: the loops are a context's beans. */
    public static Wakes of(ListableBeanFactory context) {
        return of(List.copyOf(context.getBeansOfType(RoleLoop.class).values()));
    }

    /** The same of these loops. */
    public static Wakes of(List<RoleLoop> loops) {
        var nowhere = new RedisConnections(RedisEndpoints.at("redis://127.0.0.1:1"));
        return new Wakes(
                loops,
                new Roles(Set.of(Roles.Role.values()), Set.of(Roles.Queue.values()), 1),
                new WakeChannel(nowhere, "testing"));
    }
}
