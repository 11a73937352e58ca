package dev.kohakku.dispatcher.report;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.telemetry.Traces;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.common.wire.StorableText;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClientException;

/**
 * Sends one attempt's events and at last its end, in order, from a thread of its own: while the
 * Controller is away it tries again for ever. Thread-safe.
 */
public final class AttemptReporter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptReporter.class);

    /** As the Controller takes it. */
    private static final int LONGEST_MESSAGE = 5_000;

    private final AttemptId attempt;
    private final ControllerCalls calls;
    private final AttemptOwner owner;
    private final Pauses pauses;
    private final EventBacklog backlog = new EventBacklog();
    private List<AttemptEvent> batch = List.of();

    /** Whether the batch goes event by event, to find the one that the Controller cannot read. */
    private boolean oneByOne;

    private final LongConsumer leftAt;
    private final Runnable sending;
    private long sequence;
    private @Nullable Callback end;
    private End state = End.OPEN;
    private @Nullable Thread sender;

    /** How far the reporting has come. */
    public enum End {
        /** The end is not accepted yet. */
        OPEN,
        /** The Controller has taken the end. */
        ACCEPTED,
        /** The Controller wants to hear no more of this attempt from this owner. */
        FENCED,
        /** This process stops reporting; whoever claims the attempt next goes on. */
        CLOSED
    }

    /**
     * @param sequence of the first event
     * @param leftAt told the next sequence when this is closed before the end was taken
     */
    AttemptReporter(
            AttemptId attempt,
            ControllerCalls calls,
            AttemptOwner owner,
            Pauses pauses,
            long sequence,
            LongConsumer leftAt) {
        this.attempt = attempt;
        this.sequence = sequence;
        this.leftAt = leftAt;
        this.calls = calls;
        this.owner = owner;
        this.pauses = pauses;
        // why here: the reports belong to the attempt's trace, not to the step that had the first.
        this.sending = Traces.goingOn(this::send);
    }

    /** Adds an event. Returns at once; passed over when the reporting is over. */
    public synchronized void add(AttemptEvent event) {
        if (state == End.OPEN && end == null) {
            backlog.add(event);
            start();
            notifyAll();
        }
    }

    /**
     * Adds an event and waits until the Controller has taken it and everything before it, however
     * long that takes. An event that this Controller cannot read, because it is older, counts as
     * taken. Interruptible.
     *
     * @return whether it was taken; false when the attempt is fenced
     * @throws InterruptedException also when this is closed, which leaves the attempt as it stands
     */
    public synchronized boolean tell(AttemptEvent event) throws InterruptedException {
        while (state == End.OPEN && !backlog.add(event)) {
            wait();
        }
        start();
        notifyAll();
        while (state == End.OPEN && (backlog.contains(event) || batch.contains(event))) {
            wait();
        }
        if (state == End.CLOSED) {
            throw new InterruptedException("the reporter of " + attempt + " was closed");
        }
        return state != End.FENCED;
    }

    /**
     * Reports the end, after all events. Blocks until the Controller has accepted it or fenced the
     * attempt, however long that takes; interruptible, and may then be called again.
     *
     * @return never {@link End#OPEN}
     */
    public synchronized End finish(Callback callback) throws InterruptedException {
        end = callback;
        start();
        notifyAll();
        while (state == End.OPEN) {
            wait();
        }
        return state;
    }

    /**
     * Whether the Controller counts the attempt as ours under the same epoch: asks until it has
     * answered, however long that takes. Interruptible.
     */
    public boolean isStillOurs() throws InterruptedException {
        return calls.renewTokenUntilAnswered();
    }

    /** Stops all reporting because the attempt is not ours any more. Idempotent. */
    public void fence() {
        finished(End.FENCED);
    }

    /** Stops the sender; what is not sent stays unsent. Idempotent. */
    @Override
    public synchronized void close() {
        if (state == End.OPEN) {
            // why the batch counts: it may have been taken although its answer never came.
            leftAt.accept(sequence + batch.size());
        }
        finished(End.CLOSED);
    }

    private void start() {
        if (sender == null) {
            sender = Thread.ofVirtual().name("report-" + attempt).start(sending);
        }
    }

    private void send() {
        var failures = 0;
        while (awaitWork()) {
            try {
                if (batch.isEmpty()) {
                    calls.callback(currentEnd());
                    finished(End.ACCEPTED);
                } else {
                    sendBatch();
                }
                failures = 0;
            } catch (RestClientException failed) {
                failures++;
                failed(failed, failures);
            } catch (RuntimeException defect) {
                failures++;
                LOG.error("attempt {}: a report failed", attempt, defect);
                pause(failures);
            }
        }
    }

    /** Waits for something to send and takes it; whether there is any. */
    private synchronized boolean awaitWork() {
        try {
            while (state == End.OPEN && batch.isEmpty() && backlog.isEmpty() && end == null) {
                wait();
            }
        } catch (InterruptedException interrupted) {
            return false;
        }
        if (batch.isEmpty()) {
            // why kept until sent: the same numbers must go with the same events at each try.
            batch = backlog.takeBatch();
        }
        return state == End.OPEN;
    }

    private void sendBatch() {
        var next = oneByOne ? List.of(batch.getFirst()) : batch;
        if (calls.report(sequence, next).cancelRequested()) {
            owner.cancelRequested();
        }
        sent(next.size());
    }

    private synchronized void sent(int events) {
        sequence += events;
        batch = List.copyOf(batch.subList(events, batch.size()));
        oneByOne &= !batch.isEmpty();
        notifyAll();
    }

    private synchronized Callback currentEnd() {
        if (end == null) {
            throw new IllegalStateException("nothing to send");
        }
        return end;
    }

    private void failed(RestClientException failed, int failures) {
        if (Refusals.isFence(failed)) {
            LOG.info("attempt {} is not ours any more: {}", attempt, Refusals.wordsOf(failed));
            finished(End.FENCED);
            owner.fenced();
            return;
        }
        calls.failed();
        LOG.warn(
                "attempt {}: a report was not taken, {} failures in a row: {}",
                attempt,
                failures,
                Refusals.wordsOf(failed));
        if (Refusals.hasStatus(failed, 400) || Refusals.hasStatus(failed, 413)) {
            simplify(Refusals.wordsOf(failed));
        }
        if (Refusals.hasStatus(failed, 401) && batch.isEmpty() && !mayHaveNewToken()) {
            finished(End.FENCED);
            owner.fenced();
            return;
        }
        pause(failures);
    }

    /** why: a claim of this process whose reply was lost has voided the token we hold. */
    private boolean mayHaveNewToken() {
        try {
            return calls.renewToken();
        } catch (RestClientException undecided) {
            return true;
        }
    }

    /** why: what the Controller cannot read must not hold up the end for ever. */
    private synchronized void simplify(String words) {
        if (batch.isEmpty()) {
            end = end == null ? null : simpler(end, words);
        } else if (batch.size() > 1 && !oneByOne) {
            oneByOne = true;
        } else {
            drop(batch.getFirst());
            sent(1);
        }
    }

    private void drop(AttemptEvent refused) {
        if (refused instanceof AttemptEvent.Starting) {
            LOG.warn(
                    "attempt {}: this Controller is older and does not record that a start is asked"
                            + " for",
                    attempt);
        } else {
            LOG.error("attempt {}: dropped what was refused: {}", attempt, refused);
        }
    }

    /** First the agent's extras go, then the message: which of them was refused is not known. */
    private static Callback simpler(Callback end, String words) {
        var hasExtras = end.resultKey() != null || end.resultMetadata() != null;
        if (!hasExtras && end.errorMessage() == null) {
            return end;
        }
        var note =
                "%s dropped, because the Controller refused the end with %s: %s"
                        .formatted(
                                hasExtras
                                        ? "result_key and result_metadata were"
                                        : "The message was",
                                hasExtras ? "them" : "it",
                                words);
        var isKept = hasExtras && end.errorMessage() != null;
        return new Callback(
                end.status(),
                end.exitCode(),
                end.failureKind(),
                null,
                null,
                StorableText.mended(
                        isKept ? end.errorMessage() + "; " + note : note, LONGEST_MESSAGE),
                end.completedAt(),
                end.taskId(),
                end.attempt(),
                end.epoch(),
                end.logStream());
    }

    private synchronized void pause(int failures) {
        var until = System.nanoTime() + pauses.after(failures).toNanos();
        try {
            for (var left = until - System.nanoTime();
                    left > 0 && state == End.OPEN;
                    left = until - System.nanoTime()) {
                wait(Math.max(1, left / 1_000_000));
            }
        } catch (InterruptedException interrupted) {
            // why nothing: nobody interrupts this thread; the loop looks at the state next.
            LOG.debug("report-{} was interrupted", attempt);
        }
    }

    private synchronized void finished(End reached) {
        if (state == End.OPEN) {
            state = reached;
        }
        notifyAll();
    }
}
