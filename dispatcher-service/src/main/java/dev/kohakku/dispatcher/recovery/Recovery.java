package dev.kohakku.dispatcher.recovery;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.Prefetch;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.dispatcher.attempt.Attempts;
import dev.kohakku.dispatcher.attempt.RunningAttempt;
import dev.kohakku.dispatcher.attempt.RunningAttempts;
import dev.kohakku.dispatcher.report.Orders;
import dev.kohakku.dispatcher.report.SteadyTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what the Controller wants. Thread-safe. */
final class Recovery implements Orders {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** How long an attempt is left alone whose backend is not configured here. */
    private static final Duration NOT_SERVED_PAUSE = Duration.ofMinutes(5);

    private final RunningAttempts running;
    private final Attempts attempts;
    private final Prefetcher prefetcher;
    private final SteadyTime steady;
    private final Map<AttemptId, Instant> notBefore = new ConcurrentHashMap<>();

    Recovery(RunningAttempts running, Attempts attempts, Prefetcher prefetcher, SteadyTime steady) {
        this.running = running;
        this.attempts = attempts;
        this.prefetcher = prefetcher;
        this.steady = steady;
    }

    @Override
    public void cancel(List<AttemptRef> wanted) {
        wanted.forEach(ref -> running.find(ref.id()).ifPresent(RunningAttempt::cancelRequested));
    }

    @Override
    public void letGo(List<AttemptRef> wanted) {
        for (var ref : wanted) {
            running.find(ref.id())
                    // why the epoch: the attempt may have been claimed again since the heartbeat.
                    .filter(attempt -> attempt.ref().filter(ref::equals).isPresent())
                    .ifPresent(RunningAttempt::fenced);
        }
    }

    @Override
    public void resume(List<AttemptRef> wanted) {
        var now = steady.now();
        notBefore.values().removeIf(moment -> !now.isBefore(moment));
        for (var ref : wanted) {
            if (running.find(ref.id()).isEmpty() && !notBefore.containsKey(ref.id())) {
                LOG.info("resuming attempt {}", ref.id());
                Thread.ofVirtual().name("attempt-" + ref.id()).start(() -> claimAndRun(ref.id()));
            }
        }
    }

    @Override
    public void prefetch(List<Prefetch> images) {
        prefetcher.begin(images);
    }

    private void claimAndRun(AttemptId id) {
        try {
            switch (attempts.claim(id, null)) {
                case Attempts.Admission.Granted(var attempt) -> attempts.run(attempt);
                case Attempts.Admission.Refused(var reason) -> {
                    if (reason.equals(Problems.TARGET_NOT_SERVED)) {
                        notBefore.put(id, steady.now().plus(NOT_SERVED_PAUSE));
                    }
                }
                case Attempts.Admission.Known _ -> LOG.debug("attempt {} is in work", id);
            }
        } catch (InterruptedException leaving) {
            LOG.info("attempt {} is left unclaimed", id);
        } catch (RuntimeException defect) {
            LOG.error("attempt {} could not be resumed", id, defect);
        }
    }
}
