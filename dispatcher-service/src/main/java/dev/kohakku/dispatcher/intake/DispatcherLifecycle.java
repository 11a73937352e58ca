package dev.kohakku.dispatcher.intake;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.dispatcher.attempt.RunningAttempts;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the loops once the web server answers, and at the end leaves every attempt as it stands
 * before anything it needs is closed: containers run on and are adopted by the next process.
 */
final class DispatcherLifecycle implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(DispatcherLifecycle.class);
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(10);

    private final List<BackgroundLoop> loops;
    private final RunningAttempts running;
    private volatile boolean started;

    DispatcherLifecycle(List<BackgroundLoop> loops, RunningAttempts running) {
        this.loops = loops;
        this.running = running;
    }

    @Override
    public void start() {
        loops.forEach(BackgroundLoop::start);
        started = true;
    }

    @Override
    public void stop() {
        started = false;
        loops.forEach(BackgroundLoop::close);
        LOG.info("leaving {} attempts to the next process", running.all().size());
        try {
            if (!running.leaveAll(LEAVE_LIMIT)) {
                LOG.warn("{} attempts could not be left in time", running.all().size());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return started;
    }
}
