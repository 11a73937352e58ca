package dev.kohakku.controller.deadletter;

import dev.kohakku.common.queue.DeadLetter;
import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.controller.dispatch.Outbox;
import dev.kohakku.controller.task.Fence;
import dev.kohakku.controller.task.Transition;
import dev.kohakku.controller.task.Transitions;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Moves dead letters from the queues to Postgres, and ends the tasks that they leave behind. Safe
 * on every replica at once.
 */
final class DeadLetterCollector {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterCollector.class);
    private static final String ACTOR = "dead-letter-collector";

    /** Letters of one queue in one round. */
    private static final int MOST = 100;

    private final Function<String, TaskQueue> queues;
    private final DeadLetterStore store;
    private final Transitions transitions;
    private final Outbox outbox;
    private final TransactionTemplate transaction;
    private final MeterRegistry meters;

    DeadLetterCollector(
            Function<String, TaskQueue> queues,
            DeadLetterStore store,
            Transitions transitions,
            Outbox outbox,
            TransactionTemplate transaction,
            MeterRegistry meters) {
        this.queues = queues;
        this.store = store;
        this.transitions = transitions;
        this.outbox = outbox;
        this.transaction = transaction;
        this.meters = meters;
    }

    /**
     * Moves up to a hundred letters of each queue.
     *
     * @return whether there may be more
     * @throws QueueUnavailableException when a queue could not be asked; the others were
     */
    boolean round() {
        var more = false;
        RuntimeException failure = null;
        for (var queue : store.queues()) {
            try {
                more |= collect(queue);
            } catch (RuntimeException failed) {
                // why go on: what is wrong with one queue must not keep the letters of others.
                failure = first(failure, failed);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return more;
    }

    private static RuntimeException first(
            @Nullable RuntimeException before, RuntimeException failed) {
        if (before == null) {
            return failed;
        }
        before.addSuppressed(failed);
        return before;
    }

    private boolean collect(String name) {
        var queue = queues.apply(name);
        var letters = queue.deadLetters(MOST);
        for (var letter : letters) {
            if (Boolean.TRUE.equals(transaction.execute(status -> keepIfNew(name, letter)))) {
                tell(name, letter);
            }
            // why after the commit: a stop here brings the letter again, which is found kept.
            queue.forget(letter);
        }
        return letters.size() == MOST;
    }

    private boolean keepIfNew(String queue, DeadLetter letter) {
        if (!store.insertIfNew(queue, letter)) {
            return false;
        }
        if (letter.queued() != null) {
            endIfQueued(letter.queued().attempt(), queue, letter.reason());
        }
        return true;
    }

    private void tell(String queue, DeadLetter letter) {
        LOG.warn(
                "entry {} of queue '{}' is a dead letter: {}",
                letter.entryId(),
                queue,
                letter.reason());
        meters.counter(Metrics.QUEUE_DEAD_LETTERS, Metrics.QUEUE, queue).increment();
    }

    // why an end: the task would be found missing on its queue, be put back and kill the next five.
    // why no further attempt: nobody has claimed this one, so the next would go the same way.
    private void endIfQueued(AttemptId attempt, String queue, String reason) {
        var words =
                "Queue '%s' gave the attempt up: %s. Each dispatcher that took it died or fell silent before it claimed it"
                        .formatted(queue, reason);
        var ended =
                transitions.apply(
                        Transition.end(
                                        TaskState.FAILED,
                                        attempt.task(),
                                        new Fence(attempt.number(), Epoch.UNCLAIMED),
                                        ACTOR,
                                        Transition.Ending.because(FailureKind.INTERNAL, words))
                                .onlyFrom(Set.of(TaskState.QUEUED))
                                .saying(words, Map.of("queue", queue)));
        if (ended) {
            outbox.forget(attempt.task());
        }
    }
}
