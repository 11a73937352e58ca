package dev.kohakku.controller.dispatch;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.controller.fleet.Dispatchers;
import dev.kohakku.controller.fleet.LiveDispatcher;
import java.time.Duration;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** What is still to be dispatched, for those who want it dispatched again or not at all. */
@Component
public class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final OutboxStore store;
    private final Queues queues;
    private final Dispatchers dispatchers;

    Outbox(OutboxStore store, Queues queues, Dispatchers dispatchers) {
        this.store = store;
        this.queues = queues;
        this.dispatchers = dispatchers;
    }

    /**
     * Has an attempt that is QUEUED put on a queue again whose reader cannot run it; nothing
     * happens when it is not. After a second the first time, then twice as long each time up to
     * half a minute: a reader without work takes it again as fast as it is offered, and those who
     * could run it may be busy for long. Joins the caller's transaction.
     */
    public void offerAgain(AttemptId attempt) {
        store.offerAgainIfQueued(attempt, FIRST_PAUSE, LONGEST_PAUSE);
    }

    /** Takes a task that has ended out. Idempotent; joins the caller's transaction. */
    public void forget(TaskId task) {
        store.forget(task);
    }

    /**
     * Has the attempts put on a queue again that have been QUEUED for longer than this and cannot
     * be claimed any more: their stream holds fewer entries than Postgres believes, so Redis has
     * lost some, or nobody consumes it: no live dispatcher of it is open and has a healthy backend.
     * Asks Redis; a stream that cannot be asked is left for the next time.
     *
     * <p>Why the count: an attempt that merely waits in a long stream must not be added again and
     * again. Which of them are lost cannot be seen, so all are put back; duplicates are harmless.
     *
     * @return how many
     */
    public int putBackUnclaimed(Duration after) {
        var consumed =
                dispatchers.live().stream()
                        // why not those without a healthy backend: on the list of such a one the
                        // attempts would wait for it alone. Where all are so, they wait in the
                        // outbox: the Enqueuer offers to healthy ones only, and no row comes twice.
                        .filter(LiveDispatcher::isTaking)
                        .flatMap(dispatcher -> dispatcher.queues().stream())
                        .collect(Collectors.toSet());
        var putBack = 0;
        for (var believed : store.believedUnclaimed(after)) {
            if (!consumed.contains(believed.queue()) || isShort(believed)) {
                var rows = store.putBackUnclaimed(believed.queue(), after);
                if (rows > 0) {
                    LOG.warn(
                            "{} attempts are gone from queue '{}' or not taken from it, dispatching them again",
                            rows,
                            believed.queue());
                }
                putBack += rows;
            }
        }
        return putBack;
    }

    /**
     * Has every attempt that is QUEUED put on a queue again at once, whether its entry is lost or
     * not: for when Redis is known to have lost its memory. Duplicates are harmless. Asks Postgres
     * only. Repeatable.
     *
     * <p>Also those that have a row: one in the Enqueuer's hands may have been put on its stream
     * just before that was emptied, and would be deleted.
     *
     * @return how many
     */
    public int rebuild() {
        return store.putBackAllQueued();
    }

    private boolean isShort(OutboxStore.Believed believed) {
        try {
            return queues.named(believed.queue()).depth() < believed.tasks();
        } catch (QueueUnavailableException away) {
            return false;
        }
    }
}
