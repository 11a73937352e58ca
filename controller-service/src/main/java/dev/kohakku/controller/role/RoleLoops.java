package dev.kohakku.controller.role;

import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.Executors;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Starts the loops of this process's roles once everything they need is there. */
@Component
class RoleLoops implements SmartLifecycle {

    private final List<RoleLoop> loops;
    private volatile boolean running;

    RoleLoops(List<RoleLoop> loops, Roles roles, MeterRegistry meters) {
        this.loops = loops.stream().filter(each -> each.runsAs(roles)).toList();
        this.loops.forEach(each -> Metrics.watch(meters, each.loop()));
    }

    @Override
    public void start() {
        running = true;
        loops.forEach(each -> each.loop().start());
    }

    @Override
    public void stop() {
        running = false;
        // why at once: while Postgres hangs each takes its time to end, and a supervisor has
        // little.
        try (var closing = Executors.newVirtualThreadPerTaskExecutor()) {
            loops.forEach(each -> closing.execute(each.loop()::close));
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
