package dev.kohakku.controller.attempt;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.task.Deadlines;
import dev.kohakku.controller.task.Retry;
import dev.kohakku.controller.task.Transition;
import dev.kohakku.controller.task.Transitions;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Decides what becomes of a task whose attempt has ended: another attempt, or its end. */
@Component
public class AttemptEnds {

    private final AttemptStore store;
    private final Transitions transitions;

    AttemptEnds(AttemptStore store, Transitions transitions) {
        this.store = store;
        this.transitions = transitions;
    }

    /** What was decided. */
    public enum Decision {
        /** The task has ended. */
        ENDED,
        /** Another attempt follows. */
        RETRIED,
        /** The attempt is not owned under this epoch now: nothing has changed. */
        NOT_CURRENT
    }

    /**
     * Ends an attempt, if it is owned under this epoch. A failure that another try may mend leads
     * to another attempt, while there are attempts left and nobody has cancelled the task. Joins
     * the caller's transaction.
     */
    @Transactional
    public Decision end(AttemptId attempt, Epoch epoch, AttemptEnd end) {
        var found = store.lock(attempt.task());
        if (found.isEmpty() || !found.get().isOwnedUnder(attempt.number(), epoch)) {
            return Decision.NOT_CURRENT;
        }
        var standing = found.get();
        if (end.isRetryable()
                && standing.state() != TaskState.CANCELLING
                && attempt.number() < standing.maxAttempts()) {
            return transitions.retry(retry(standing, end))
                    ? Decision.RETRIED
                    : Decision.NOT_CURRENT;
        }
        if (end.state() == TaskState.CANCELLED && standing.state() != TaskState.CANCELLING) {
            cancelFirst(standing, end);
        }
        var words = end.ending().errorMessage();
        var move =
                Transition.end(
                        end.state(), standing.task(), standing.fence(), end.actor(), end.ending());
        return transitions.apply(
                        move.saying(words == null ? end.state().name() : words, end.detail()))
                ? Decision.ENDED
                : Decision.NOT_CURRENT;
    }

    /**
     * why: an operator may cancel at the dispatcher itself, and no move leads from RUNNING to
     * CANCELLED directly.
     */
    private void cancelFirst(Standing standing, AttemptEnd end) {
        transitions.apply(
                Transition.to(
                                TaskState.CANCELLING,
                                standing.task(),
                                standing.fence(),
                                Deadlines.CANCELLING,
                                end.actor())
                        .onlyFrom(EnumSet.of(TaskState.PROVISIONING, TaskState.RUNNING))
                        .saying("Cancelled at the dispatcher", Map.of()));
    }

    private static Retry retry(Standing standing, AttemptEnd end) {
        return new Retry(
                standing.task(),
                standing.fence(),
                end.actor(),
                end.state(),
                end.ending(),
                BackOff.after(standing.attempt().number(), ThreadLocalRandom.current()),
                Deadlines.waiting(standing.spec()));
    }
}
