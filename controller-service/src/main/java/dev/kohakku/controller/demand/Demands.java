package dev.kohakku.controller.demand;

import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.controller.fleet.Dispatchers;
import dev.kohakku.controller.fleet.LiveDispatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The demand of pools. Every method blocks on Postgres, and asks nobody else. */
@Component
class Demands {

    /** What a dispatcher takes that says nothing else, for pools that no dispatcher is known of. */
    private static final int USUAL_CAPACITY = 10;

    private final DemandStore store;
    private final Dispatchers dispatchers;

    Demands(DemandStore store, Dispatchers dispatchers) {
        this.store = store;
        this.dispatchers = dispatchers;
    }

    /** The pools there are. */
    List<String> pools() {
        var pools = new ArrayList<>(store.pools());
        if (!pools.contains(RuntimeTarget.DEFAULT_POOL)) {
            pools.add(RuntimeTarget.DEFAULT_POOL);
        }
        return pools;
    }

    /** The demand of a pool; empty where no task and no dispatcher ever named it. */
    Optional<Demand> of(String pool, Demand.Bounds bounds) {
        return pools().contains(pool) ? Optional.of(demand(pool, bounds)) : Optional.empty();
    }

    private Demand demand(String pool, Demand.Bounds bounds) {
        var waiting = store.waiting(pool);
        var running = store.running(pool);
        var live = dispatchers.live().stream().filter(each -> each.pool().equals(pool)).toList();
        var open = live.stream().filter(each -> !each.cordoned()).toList();
        var tasks = waiting.stream().mapToLong(DemandStore.Waiting::tasks).sum();
        var owned = running.values().stream().mapToLong(Long::longValue).sum();
        var holding = (int) live.stream().filter(each -> each.room().owned() > 0).count();
        return new Demand(
                pool,
                tasks,
                waiting.stream().anyMatch(DemandStore.Waiting::capped),
                oldest(waiting),
                owned,
                capacity(open),
                open.stream()
                        .filter(LiveDispatcher::isTaking)
                        .mapToLong(each -> each.room().free())
                        .sum(),
                live.size(),
                bounds.wanted(tasks + owned, perInstance(pool, bounds), holding),
                byType(waiting, running, open),
                byPriority(waiting));
    }

    private int perInstance(String pool, Demand.Bounds bounds) {
        if (bounds.perInstance() > 0) {
            return bounds.perInstance();
        }
        var usual = store.usualCapacity(pool);
        return usual > 0 ? usual : USUAL_CAPACITY;
    }

    private static long oldest(List<DemandStore.Waiting> waiting) {
        return waiting.stream().mapToLong(DemandStore.Waiting::oldest).max().orElse(0);
    }

    private static long capacity(List<LiveDispatcher> dispatchers) {
        return dispatchers.stream().mapToLong(each -> each.room().capacity()).sum();
    }

    private static List<Demand.OfType> byType(
            List<DemandStore.Waiting> waiting,
            Map<String, Long> running,
            List<LiveDispatcher> open) {
        var types = new ArrayList<Demand.OfType>();
        for (var type : RuntimeType.values()) {
            var waits = waiting.stream().filter(each -> each.type().equals(type.name())).toList();
            var runs = running.getOrDefault(type.name(), 0L);
            var able = open.stream().filter(each -> each.serves(type)).toList();
            if (!waits.isEmpty() || runs > 0 || !able.isEmpty()) {
                types.add(
                        new Demand.OfType(
                                type.name().toLowerCase(Locale.ROOT),
                                waits.stream().mapToLong(DemandStore.Waiting::tasks).sum(),
                                oldest(waits),
                                runs,
                                capacity(able)));
            }
        }
        return types;
    }

    private static List<Demand.OfPriority> byPriority(List<DemandStore.Waiting> waiting) {
        return waiting.stream()
                .collect(
                        Collectors.groupingBy(
                                DemandStore.Waiting::priority,
                                TreeMap::new,
                                Collectors.summingLong(DemandStore.Waiting::tasks)))
                .entrySet()
                .stream()
                .map(each -> new Demand.OfPriority(each.getKey(), each.getValue()))
                .toList();
    }

    /** What waits of a pool, by type and priority: for meters. */
    List<DemandStore.Waiting> waiting(String pool) {
        return store.waiting(pool);
    }
}
