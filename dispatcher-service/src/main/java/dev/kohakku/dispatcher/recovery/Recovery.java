package dev.kohakku.dispatcher.recovery;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.dispatcher.attempt.Attempts;
import dev.kohakku.dispatcher.attempt.RunningAttempt;
import dev.kohakku.dispatcher.attempt.RunningAttempts;
import dev.kohakku.dispatcher.report.Orders;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what the Controller wants. Thread-safe. */
final class Recovery implements Orders {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final RunningAttempts running;
    private final Attempts attempts;

    Recovery(RunningAttempts running, Attempts attempts) {
        this.running = running;
        this.attempts = attempts;
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
        for (var ref : wanted) {
            if (running.find(ref.id()).isEmpty()) {
                LOG.info("resuming attempt {}", ref.id());
                Thread.ofVirtual().name("attempt-" + ref.id()).start(() -> claimAndRun(ref.id()));
            }
        }
    }

    private void claimAndRun(AttemptId id) {
        try {
            if (attempts.claim(id, null) instanceof Attempts.Admission.Granted(var attempt)) {
                attempts.run(attempt);
            }
        } catch (InterruptedException leaving) {
            LOG.info("attempt {} is left unclaimed", id);
        } catch (RuntimeException defect) {
            LOG.error("attempt {} could not be resumed", id, defect);
        }
    }
}
