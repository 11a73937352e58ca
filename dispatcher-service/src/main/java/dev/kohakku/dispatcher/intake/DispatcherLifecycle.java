package dev.kohakku.dispatcher.intake;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.dispatcher.attempt.RunningAttempts;
import dev.kohakku.dispatcher.report.Registration;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the loops once the web server answers, and at the end leaves every attempt as it stands
 * before anything it needs is closed: containers run on and are adopted by others in the scope, or
 * by the next process.
 */
final class DispatcherLifecycle implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(DispatcherLifecycle.class);

    /*
     * With the ten seconds a loop may take at most, and the web server's eight, within the thirty
     * that a supervisor usually lets pass before it kills.
     */
    private static final Duration ATTEMPTS_LIMIT = Duration.ofSeconds(7);
    private static final Duration FAREWELL_LIMIT = Duration.ofSeconds(3);

    private final List<BackgroundLoop> loops;
    private final RunningAttempts running;
    private final Registration registration;
    private volatile boolean started;

    DispatcherLifecycle(
            List<BackgroundLoop> loops, RunningAttempts running, Registration registration) {
        this.loops = loops;
        this.running = running;
        this.registration = registration;
    }

    @Override
    public void start() {
        loops.forEach(BackgroundLoop::start);
        started = true;
    }

    /** The order is the promise: no read, heartbeat or claim comes after the farewell. */
    @Override
    public void stop() {
        started = false;
        try {
            closeLoops();
            LOG.info("leaving {} attempts to others", running.all().size());
            if (running.leaveAll(ATTEMPTS_LIMIT)) {
                sayFarewell();
            } else {
                // why no farewell: it says that we act for none. The lease runs out by itself.
                LOG.warn("{} attempts could not be left in time", running.all().size());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** At once: where an engine hangs, each may take its ten seconds. */
    private void closeLoops() throws InterruptedException {
        var closing =
                loops.stream()
                        .map(loop ->
                                Thread.ofVirtual().name("stop-" + loop.name()).start(loop::close))
                        .toList();
        for (var each : closing) {
            each.join();
        }
    }

    private void sayFarewell() throws InterruptedException {
        var farewell = Thread.ofVirtual().name("farewell").start(registration::leave);
        if (!farewell.join(FAREWELL_LIMIT)) {
            LOG.warn("the Controller does not answer: the lease will run out by itself");
            farewell.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return started;
    }
}
