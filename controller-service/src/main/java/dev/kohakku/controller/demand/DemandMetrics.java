package dev.kohakku.controller.demand;

import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Demand as meters, read anew by each round of a loop. They are the same on every replica. */
final class DemandMetrics {

    private final Demands demands;
    private final MultiGauge waiting;
    private final MultiGauge oldest;
    private final MultiGauge running;
    private final MultiGauge capacity;
    private final MultiGauge wanted;

    DemandMetrics(Demands demands, MeterRegistry meters) {
        this.demands = demands;
        this.waiting = MultiGauge.builder(Metrics.DEMAND_WAITING).register(meters);
        this.oldest =
                MultiGauge.builder(Metrics.DEMAND_OLDEST).baseUnit("seconds").register(meters);
        this.running = MultiGauge.builder(Metrics.DEMAND_RUNNING).register(meters);
        this.capacity = MultiGauge.builder(Metrics.DEMAND_CAPACITY).register(meters);
        this.wanted = MultiGauge.builder(Metrics.DEMAND_WANTED_INSTANCES).register(meters);
    }

    /** Reads every pool; the cost of one is that of its {@code demand}. */
    boolean round() {
        var waits = new ArrayList<MultiGauge.Row<?>>();
        var ages = new ArrayList<MultiGauge.Row<?>>();
        var runs = new ArrayList<MultiGauge.Row<?>>();
        var capacities = new ArrayList<MultiGauge.Row<?>>();
        var instances = new ArrayList<MultiGauge.Row<?>>();
        for (var pool : demands.pools()) {
            demands.of(pool, Demand.Bounds.NONE)
                    .ifPresent(demand -> {
                        instances.add(row(demand.wantedInstances(), Metrics.POOL, pool));
                        for (var type : demand.byType()) {
                            var tags = List.of(Metrics.POOL, pool, Metrics.TYPE, type.type());
                            ages.add(row(type.oldestWaitingSeconds(), tags));
                            runs.add(row(type.running(), tags));
                            capacities.add(row(type.capacity(), tags));
                        }
                    });
            for (var each : demands.waiting(pool)) {
                waits.add(
                        row(
                                each.tasks(),
                                Metrics.POOL,
                                pool,
                                Metrics.TYPE,
                                each.type().toLowerCase(Locale.ROOT),
                                Metrics.PRIORITY,
                                Integer.toString(each.priority())));
            }
        }
        waiting.register(waits, true);
        oldest.register(ages, true);
        running.register(runs, true);
        capacity.register(capacities, true);
        wanted.register(instances, true);
        return false;
    }

    private static MultiGauge.Row<Number> row(long value, List<String> tags) {
        return row(value, tags.toArray(String[]::new));
    }

    private static MultiGauge.Row<Number> row(long value, String... tags) {
        return MultiGauge.Row.of(Tags.of(tags), value);
    }
}
