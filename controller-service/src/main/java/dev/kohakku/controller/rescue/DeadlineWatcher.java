package dev.kohakku.controller.rescue;

import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.dispatch.Outbox;
import dev.kohakku.controller.task.Deadlines;
import dev.kohakku.controller.task.Fence;
import dev.kohakku.controller.task.Transition;
import dev.kohakku.controller.task.Transitions;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** Ends tasks that have waited for longer than they may. */
@Component
class DeadlineWatcher {

    private static final Logger LOG = LoggerFactory.getLogger(DeadlineWatcher.class);
    private static final String ACTOR = "deadline-watcher";
    private static final int MOST = 100;

    private final OverdueStore store;
    private final Transitions transitions;
    private final Outbox outbox;
    private final TransactionTemplate transaction;
    private final PassedOver passedOver;

    DeadlineWatcher(
            OverdueStore store,
            Transitions transitions,
            Outbox outbox,
            TransactionTemplate transaction,
            Clock clock) {
        this.store = store;
        this.transitions = transitions;
        this.outbox = outbox;
        this.transaction = transaction;
        this.passedOver = new PassedOver(clock);
    }

    /** Ends up to a hundred tasks; whether there may be more. */
    boolean round() {
        for (var i = 0; i < MOST; i++) {
            if (!Boolean.TRUE.equals(transaction.execute(this::endOne))) {
                return false;
            }
        }
        return true;
    }

    private boolean endOne(TransactionStatus status) {
        var found = store.lockOverdue(passedOver);
        if (found.isEmpty()) {
            return false;
        }
        try {
            end(found.get());
        } catch (RuntimeException failed) {
            status.setRollbackOnly();
            passedOver.add(found.get().attempt().task());
            LOG.error("attempt {} is overdue and cannot be ended", found.get().attempt(), failed);
        }
        return true;
    }

    private void end(OverdueStore.Overdue overdue) {
        var attempt = overdue.attempt();
        transitions.apply(
                Transition.end(
                                TaskState.TIMED_OUT,
                                attempt.task(),
                                new Fence(attempt.number(), Epoch.UNCLAIMED),
                                ACTOR,
                                Transition.Ending.because(
                                        overdue.expiredAt() != null
                                                ? FailureKind.EXPIRED
                                                : FailureKind.QUEUE_TIMEOUT,
                                        words(overdue)))
                        .onlyFrom(EnumSet.of(TaskState.PENDING, TaskState.QUEUED)));
        outbox.forget(attempt.task());
    }

    private static String words(OverdueStore.Overdue overdue) {
        var words =
                overdue.expiredAt() != null
                        ? "expires_at ("
                                + overdue.expiredAt()
                                + ") passed before the task could start"
                        : "The task waited for longer than " + longest(overdue.queueTimeout());
        return overdue.waitingReason() == null ? words : words + ": " + overdue.waitingReason();
    }

    private static String longest(@Nullable String queueTimeout) {
        return queueTimeout == null
                ? "any task may, " + Deadlines.LONGEST_WAIT.toDays() + " days"
                : "its queue_timeout_seconds, " + Duration.parse(queueTimeout).toSeconds();
    }
}
