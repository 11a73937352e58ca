package dev.kohakku.controller.attempt;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.controller.task.TaskHistory;
import dev.kohakku.controller.web.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Keeps in mind who wrote behind the fence: a sign that two processes thought they were the owner.
 */
@Component
class FencedWrites {

    private static final String EVENT = "superseded_report";

    private final AttemptStore store;
    private final TaskHistory history;
    private final MeterRegistry meters;

    FencedWrites(AttemptStore store, TaskHistory history, MeterRegistry meters) {
        this.store = store;
        this.history = history;
        this.meters = meters;
    }

    /**
     * Records a refused write, in the caller's transaction, once per attempt and epoch: a process
     * that does not stop must not fill the timeline.
     *
     * @param what was written: {@code report} or {@code callback}
     * @return the answer
     */
    Problem refuse(AttemptId attempt, Epoch epoch, Standing standing, String what) {
        meters.counter(Metrics.FENCED_WRITES).increment();
        if (store.recorded(attempt).isPresent() && !store.hasEvent(attempt, epoch, EVENT)) {
            history.append(
                    attempt,
                    epoch,
                    EVENT,
                    store.claimerUnder(attempt, epoch).orElse(Standing.actorOf(null)),
                    "A late " + what + " was refused and changed nothing",
                    Map.of(
                            "current_attempt",
                            standing.attempt().number(),
                            "current_epoch",
                            standing.epoch().value()));
        }
        return AttemptRefusals.fenced(
                        standing.state().isOwned()
                                ? "The task is owned under attempt "
                                        + standing.attempt().number()
                                        + " and epoch "
                                        + standing.epoch()
                                        + ", not attempt "
                                        + attempt.number()
                                        + " and epoch "
                                        + epoch
                                        + "."
                                : "Nobody owns the task: it is " + standing.state() + ".")
                .with("state", standing.state().name());
    }
}
