package dev.kohakku.controller.rescue;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.attempt.AttemptEnd;
import dev.kohakku.controller.attempt.AttemptEnds;
import dev.kohakku.controller.task.Deadlines;
import dev.kohakku.controller.task.TaskHistory;
import dev.kohakku.controller.task.Transition;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** Gives up attempts whose owner is silent for too long, or late. Rounds never overlap. */
final class AttemptRescuer {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptRescuer.class);
    private static final String ACTOR = "attempt-rescuer";
    private static final int MOST = 100;

    private final RescueStore store;
    private final AttemptEnds ends;
    private final TaskHistory history;
    private final TransactionTemplate transaction;
    private final RescueProperties properties;
    private final SteadyWatch watch;

    AttemptRescuer(
            RescueStore store,
            AttemptEnds ends,
            TaskHistory history,
            TransactionTemplate transaction,
            RescueProperties properties,
            SteadyWatch watch) {
        this.store = store;
        this.ends = ends;
        this.history = history;
        this.transaction = transaction;
        this.properties = properties;
        this.watch = watch;
    }

    /** Gives up to a hundred attempts up; whether there may be more. */
    boolean round() {
        var rescued = 0;
        if (watch.hasLasted(properties.lostAfter())) {
            while (rescued < MOST
                    && Boolean.TRUE.equals(transaction.execute(status -> rescueOne()))) {
                rescued++;
            }
        } else {
            // why asked all the same: only a database that answers ends a gap.
            transaction.executeWithoutResult(status -> store.lockAbandoned(properties.lostAfter()));
        }
        watch.looked();
        return rescued == MOST;
    }

    private boolean rescueOne() {
        var found = store.lockAbandoned(properties.lostAfter());
        found.ifPresent(this::rescue);
        return found.isPresent();
    }

    private void rescue(RescueStore.Abandoned abandoned) {
        if (abandoned.state() == TaskState.CANCELLING && !abandoned.silent()) {
            remind(abandoned);
            return;
        }
        var end = endOf(abandoned);
        LOG.warn("attempt {}: {}", abandoned.attempt(), end.ending().errorMessage());
        ends.end(abandoned.attempt(), abandoned.epoch(), end);
    }

    /**
     * why no end: its owner is alive and repeats the attempt to stop the container. To call it
     * cancelled while it may run would be a lie.
     */
    private void remind(RescueStore.Abandoned abandoned) {
        var words =
                "The cancel takes longer than "
                        + Deadlines.CANCELLING.toSeconds()
                        + " s: dispatcher '"
                        + abandoned.dispatcherId()
                        + "' has not confirmed that the container is gone";
        LOG.warn("attempt {}: {}", abandoned.attempt(), words);
        history.append(
                abandoned.attempt(), abandoned.epoch(), "cancel_overdue", ACTOR, words, Map.of());
        store.extendDeadline(abandoned.attempt().task(), Deadlines.CANCELLING);
    }

    private AttemptEnd endOf(RescueStore.Abandoned abandoned) {
        var owner = "dispatcher '" + abandoned.dispatcherId() + "'";
        var silence =
                owner
                        + " has been silent for "
                        + properties.lostAfter().toSeconds()
                        + " s and longer since its lease expired";
        if (abandoned.state() == TaskState.CANCELLING) {
            return new AttemptEnd(
                    TaskState.CANCELLED,
                    new Transition.Ending(
                            null,
                            null,
                            "Cancelled, but whether the container is gone is not verified: "
                                    + silence,
                            null,
                            null),
                    ACTOR,
                    Map.of("verified", false));
        }
        if (!abandoned.silent() && abandoned.expired()) {
            return ended(
                    TaskState.TIMED_OUT,
                    FailureKind.EXPIRED,
                    "expires_at passed, and " + owner + " did not report the end");
        }
        return ended(
                TaskState.FAILED,
                FailureKind.DISPATCHER_LOST,
                abandoned.silent()
                        ? "Lost: " + silence
                        : "Lost: "
                                + owner
                                + " did not report within the "
                                + (abandoned.state() == TaskState.PROVISIONING ? "start" : "run")
                                + " timeout and its grace");
    }

    private static AttemptEnd ended(TaskState state, FailureKind kind, String words) {
        return new AttemptEnd(
                state,
                Transition.Ending.because(kind, words),
                ACTOR,
                Map.of("failure_kind", kind.name()));
    }
}
