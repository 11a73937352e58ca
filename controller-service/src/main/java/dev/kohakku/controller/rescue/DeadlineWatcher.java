package dev.kohakku.controller.rescue;

import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.dispatch.Outbox;
import dev.kohakku.controller.task.Deadlines;
import dev.kohakku.controller.task.Fence;
import dev.kohakku.controller.task.Transition;
import dev.kohakku.controller.task.Transitions;
import java.util.EnumSet;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Ends tasks that have waited for longer than they may. */
@Component
class DeadlineWatcher {

    private static final String ACTOR = "deadline-watcher";
    private static final int MOST = 100;

    private final RescueStore store;
    private final Transitions transitions;
    private final Outbox outbox;
    private final TransactionTemplate transaction;

    DeadlineWatcher(
            RescueStore store,
            Transitions transitions,
            Outbox outbox,
            TransactionTemplate transaction) {
        this.store = store;
        this.transitions = transitions;
        this.outbox = outbox;
        this.transaction = transaction;
    }

    /** Ends up to a hundred tasks; whether there may be more. */
    boolean round() {
        for (var i = 0; i < MOST; i++) {
            if (!Boolean.TRUE.equals(transaction.execute(status -> endOne()))) {
                return false;
            }
        }
        return true;
    }

    private boolean endOne() {
        var found = store.lockOverdue();
        found.ifPresent(this::end);
        return found.isPresent();
    }

    private void end(RescueStore.Overdue overdue) {
        var attempt = overdue.attempt();
        transitions.apply(
                Transition.end(
                                TaskState.TIMED_OUT,
                                attempt.task(),
                                new Fence(attempt.number(), Epoch.UNCLAIMED),
                                ACTOR,
                                Transition.Ending.because(
                                        overdue.expired()
                                                ? FailureKind.EXPIRED
                                                : FailureKind.QUEUE_TIMEOUT,
                                        words(overdue)))
                        .onlyFrom(EnumSet.of(TaskState.PENDING, TaskState.QUEUED)));
        outbox.forget(attempt.task());
    }

    private static String words(RescueStore.Overdue overdue) {
        var timeouts = overdue.spec().timeouts();
        var words =
                overdue.expired()
                        ? "expires_at ("
                                + timeouts.expiresAt()
                                + ") passed before the task could start"
                        : "The task waited for longer than "
                                + (timeouts.queue() == null
                                        ? "any task may, "
                                                + Deadlines.LONGEST_WAIT.toDays()
                                                + " days"
                                        : "its queue_timeout_seconds, "
                                                + timeouts.queue().toSeconds());
        return overdue.waitingReason() == null ? words : words + ": " + overdue.waitingReason();
    }
}
