package dev.kohakku.controller.dispatch;

import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.task.Fence;
import dev.kohakku.controller.task.TaskHistory;
import dev.kohakku.controller.task.Transition;
import dev.kohakku.controller.task.Transitions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Moves a batch of tasks to {@code QUEUED}. */
@Component
class QueueMoves {

    static final String ACTOR = "enqueuer";

    private static final Logger LOG = LoggerFactory.getLogger(QueueMoves.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    private final Transitions transitions;
    private final TaskHistory history;
    private final OutboxStore outbox;
    private final TransactionTemplate transaction;

    QueueMoves(
            Transitions transitions,
            TaskHistory history,
            OutboxStore outbox,
            TransactionTemplate transaction) {
        this.transitions = transitions;
        this.history = history;
        this.outbox = outbox;
        this.transaction = transaction;
    }

    /**
     * Moves them in one transaction; where that fails, each in its own, so that one bad task does
     * not hold the others.
     *
     * @return in the order given, those that are QUEUED now, moved by this call or before. The
     *     others have been cancelled or superseded meanwhile, or were given back to the outbox
     */
    List<Ready> apply(List<Ready> batch) {
        // why sorted: transactions that lock many tasks must do so in one order.
        var sorted =
                batch.stream()
                        .sorted(Comparator.comparing(ready -> ready.taken().attempt().task()))
                        .toList();
        try {
            var moved =
                    transaction.execute(status ->
                            sorted.stream().filter(this::move).collect(Collectors.toSet()));
            // why: on the queue goes first who came first in the batch.
            return batch.stream().filter(Objects.requireNonNull(moved)::contains).toList();
        } catch (DataAccessException failed) {
            LOG.warn("a batch of {} cannot be moved at once: {}", sorted.size(), failed.toString());
            return oneByOne(batch);
        }
    }

    private List<Ready> oneByOne(List<Ready> batch) {
        var moved = new ArrayList<Ready>();
        for (var ready : batch) {
            try {
                if (Boolean.TRUE.equals(transaction.execute(status -> move(ready)))) {
                    moved.add(ready);
                }
            } catch (DataAccessException failed) {
                LOG.error("attempt {} cannot be moved to QUEUED", ready.taken().attempt(), failed);
                outbox.releaseIfOurs(ready.taken(), AFTER_FAILURE);
            }
        }
        return moved;
    }

    private boolean move(Ready ready) {
        var taken = ready.taken();
        var attempt = taken.attempt();
        var words = "On queue '" + ready.queue() + "'";
        var detail = Map.<String, Object>of("queue", ready.queue());
        if (taken.task().state() == TaskState.PENDING) {
            transitions.apply(
                    Transition.to(
                                    TaskState.QUEUED,
                                    attempt.task(),
                                    new Fence(attempt.number(), Epoch.UNCLAIMED),
                                    taken.task().remaining(),
                                    ACTOR)
                            .saying(words, detail));
        }
        // why not the result above: an earlier round may have made the move and stopped there.
        var queued = outbox.recordQueueIfQueued(attempt, ready.queue(), ready.brief());
        // why the first time only: it may be read by those who cannot run it for as long as others
        // are busy, and the timeline would grow without bound.
        if (queued && taken.task().state() == TaskState.QUEUED && taken.misfits() <= 1) {
            history.append(attempt, Epoch.UNCLAIMED, "requeued", ACTOR, words + " again", detail);
        }
        return queued;
    }

    /** Ends a task that can never be dispatched. */
    void fail(Taken taken, String reason) {
        transaction.executeWithoutResult(status -> {
            transitions.apply(
                    Transition.end(
                            TaskState.FAILED,
                            taken.attempt().task(),
                            new Fence(taken.attempt().number(), Epoch.UNCLAIMED),
                            ACTOR,
                            Transition.Ending.because(FailureKind.BRIEF_UNAVAILABLE, reason)));
            outbox.deleteIfOurs(List.of(taken));
        });
    }
}
