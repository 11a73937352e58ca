package dev.kohakku.controller.rescue;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.attempt.AttemptEnd;
import dev.kohakku.controller.attempt.AttemptEnds;
import dev.kohakku.controller.task.Deadlines;
import dev.kohakku.controller.task.TaskHistory;
import dev.kohakku.controller.task.Transition;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives up attempts whose owner is silent for too long while nobody else can take over, or much too
 * late. Rounds of one process never overlap; those of several may.
 */
final class AttemptRescuer {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptRescuer.class);
    private static final String ACTOR = "attempt-rescuer";
    private static final int MOST = 100;

    /** Between two alarms about the same cancel. */
    private static final Duration REMIND_AGAIN = Duration.ofMinutes(1);

    private final OwnerStore store;
    private final AttemptEnds ends;
    private final TaskHistory history;
    private final TransactionTemplate transaction;
    private final RescueProperties properties;
    private final PassedOver passedOver;

    AttemptRescuer(
            OwnerStore store,
            AttemptEnds ends,
            TaskHistory history,
            TransactionTemplate transaction,
            RescueProperties properties,
            PassedOver passedOver) {
        this.store = store;
        this.ends = ends;
        this.history = history;
        this.transaction = transaction;
        this.properties = properties;
        this.passedOver = passedOver;
    }

    /** Gives up to a hundred attempts up; whether there may be more. */
    boolean round() {
        for (var i = 0; i < MOST; i++) {
            if (!Boolean.TRUE.equals(transaction.execute(this::rescueOne))) {
                return false;
            }
        }
        return true;
    }

    private boolean rescueOne(TransactionStatus status) {
        var found = store.lockAbandoned(properties.lostAfter(), passedOver);
        if (found.isEmpty()) {
            return false;
        }
        try {
            rescue(found.get());
        } catch (RuntimeException failed) {
            status.setRollbackOnly();
            passedOver.add(found.get().attempt().task());
            LOG.error("attempt {} cannot be rescued", found.get().attempt(), failed);
        }
        return true;
    }

    private void rescue(OwnerStore.Abandoned abandoned) {
        if (abandoned.state() == TaskState.CANCELLING && !abandoned.silent()) {
            remindOfCancel(abandoned);
            return;
        }
        if (!abandoned.silent() && !store.hasEvent(abandoned.attempt(), overdueIn(abandoned))) {
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
    private void remindOfCancel(OwnerStore.Abandoned abandoned) {
        var words =
                "The cancel takes longer than "
                        + Deadlines.CANCELLING.toSeconds()
                        + " s: dispatcher '"
                        + abandoned.dispatcherId()
                        + "' has not confirmed that the container is gone";
        LOG.warn("attempt {}: {}", abandoned.attempt(), words);
        history.append(
                abandoned.attempt(), abandoned.epoch(), "cancel_overdue", ACTOR, words, Map.of());
        store.extendDeadline(abandoned.attempt().task(), REMIND_AGAIN);
    }

    /**
     * why no end yet: its owner is alive, so the container may have ended well and its log be on
     * the way. Another attempt now would run a task twice that has succeeded.
     */
    private void remind(OwnerStore.Abandoned abandoned) {
        var words =
                late(abandoned)
                        + "; it is alive and has another "
                        + properties.lateAfter().toSeconds()
                        + " s";
        LOG.warn("attempt {}: {}", abandoned.attempt(), words);
        history.append(
                abandoned.attempt(),
                abandoned.epoch(),
                overdueIn(abandoned),
                ACTOR,
                words,
                Map.of());
        store.extendDeadline(abandoned.attempt().task(), properties.lateAfter());
    }

    /** The event that says that an owner was given more time, once per attempt and timeout. */
    private static String overdueIn(OwnerStore.Abandoned abandoned) {
        return timeoutOf(abandoned) + "_overdue";
    }

    private static String timeoutOf(OwnerStore.Abandoned abandoned) {
        return abandoned.state() == TaskState.PROVISIONING ? "start" : "run";
    }

    private static String late(OwnerStore.Abandoned abandoned) {
        return "Dispatcher '"
                + abandoned.dispatcherId()
                + "' did not report within the "
                + timeoutOf(abandoned)
                + " timeout and its grace";
    }

    private AttemptEnd endOf(OwnerStore.Abandoned abandoned) {
        var owner = "dispatcher '" + abandoned.dispatcherId() + "'";
        var silence = owner + absenceOf(abandoned);
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
        if (abandoned.silent()) {
            return ended(TaskState.FAILED, FailureKind.DISPATCHER_LOST, "Lost: " + silence);
        }
        if (abandoned.expired()) {
            return ended(
                    TaskState.TIMED_OUT,
                    FailureKind.EXPIRED,
                    "expires_at passed, and " + owner + " did not report the end");
        }
        return ended(
                TaskState.TIMED_OUT,
                abandoned.state() == TaskState.PROVISIONING
                        ? FailureKind.START_TIMEOUT
                        : FailureKind.RUN_TIMEOUT,
                late(abandoned) + " and " + properties.lateAfter().toSeconds() + " s more");
    }

    private String absenceOf(OwnerStore.Abandoned abandoned) {
        var seconds = properties.lostAfter().toSeconds();
        return abandoned.elsewhere()
                ? " has not reached the engine its container is on for "
                        + seconds
                        + " s and longer, by its own word"
                : " has been silent for " + seconds + " s and longer since its lease expired";
    }

    private static AttemptEnd ended(TaskState state, FailureKind kind, String words) {
        return new AttemptEnd(
                state,
                Transition.Ending.because(kind, words),
                ACTOR,
                Map.of("failure_kind", kind.name()));
    }
}
