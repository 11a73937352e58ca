package dev.kohakku.controller.dispatch;

import dev.kohakku.common.wire.DispatcherCommands;
import dev.kohakku.common.wire.PutAttempt;
import dev.kohakku.controller.fleet.LiveDispatcher;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A dispatcher that is sent its attempts, each by a call of its own, some at once. After a failure
 * it is left alone for a while, which grows with each failure in a row; a process that checks in
 * anew is tried at once.
 */
final class HttpDestination implements Destination {

    private static final Logger LOG = LoggerFactory.getLogger(HttpDestination.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 5;
    private static final int CALLS_AT_ONCE = 8;

    private final String dispatcher;
    private final String queue;
    private final Function<String, DispatcherCommands> calls;
    private final Duration patience;
    private final Clock clock;
    private final Semaphore slots = new Semaphore(CALLS_AT_ONCE, true);

    /** Guarded by this, as are all below. */
    private LiveDispatcher.Intake intake;

    private int underWay;
    private int failures;
    private Instant restingUntil = Instant.EPOCH;
    private String fault = "";

    /**
     * @param calls the dispatcher at an address
     * @param patience how long a batch may take in all; the rest is given back then
     */
    HttpDestination(
            LiveDispatcher dispatcher,
            Function<String, DispatcherCommands> calls,
            Duration patience,
            Clock clock) {
        this.dispatcher = dispatcher.id();
        this.queue = dispatcher.queue();
        this.intake = dispatcher.intake();
        this.calls = calls;
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public String queue() {
        return queue;
    }

    /** It is found there from now on. */
    synchronized void isAt(LiveDispatcher.Intake now) {
        if (!now.equals(intake)) {
            intake = now;
            failures = 0;
            restingUntil = Instant.EPOCH;
        }
    }

    /** Attempts that are being sent. */
    synchronized int underWay() {
        return underWay;
    }

    /** Why nothing is to be sent now; empty when something may be. */
    synchronized Optional<String> obstacle() {
        return clock.instant().isBefore(restingUntil)
                ? Optional.of(
                        WaitingReasons.SENDING_FAILS
                                + ": dispatcher '"
                                + dispatcher
                                + "' at "
                                + intake.url()
                                + ": "
                                + fault)
                : Optional.empty();
    }

    /** Returns at once. */
    @Override
    public void put(List<Ready> attempts, Receipt receipt) {
        var until = clock.instant().plus(patience);
        for (var attempt : attempts) {
            begin();
            Thread.ofVirtual()
                    .name("send-" + attempt.taken().attempt())
                    .start(() -> {
                        try {
                            tell(receipt, attempt, send(attempt, until));
                        } finally {
                            end();
                        }
                    });
        }
    }

    private synchronized void begin() {
        underWay++;
    }

    private synchronized void end() {
        underWay--;
    }

    private void tell(Receipt receipt, Ready attempt, boolean arrived) {
        try {
            if (arrived) {
                receipt.arrived(List.of(attempt));
            } else {
                receipt.refused(List.of(attempt));
            }
        } catch (RuntimeException untold) {
            // why no more tries: its row comes back by itself, and a second entry is harmless.
            LOG.warn("what became of {} is not noted", attempt.taken().attempt(), untold);
        }
    }

    private boolean send(Ready attempt, Instant until) {
        slots.acquireUninterruptibly();
        try {
            // why asked again: since it was admitted, others may have found the dispatcher dead.
            if (obstacle().isPresent() || !clock.instant().isBefore(until)) {
                return false;
            }
            return sendTo(where(), attempt);
        } finally {
            slots.release();
        }
    }

    private synchronized LiveDispatcher.Intake where() {
        return intake;
    }

    private boolean sendTo(LiveDispatcher.Intake to, Ready attempt) {
        var entry = attempt.taken().entry();
        try {
            calls.apply(to.url())
                    .put(
                            new PutAttempt(
                                    entry.attempt().task(),
                                    entry.attempt().number(),
                                    entry.traceparent()));
            succeeded();
            return true;
        } catch (RuntimeException failed) {
            // why all: whatever it is, the attempt must go back, and the next call would meet it,
            // too.
            failed(to, failed);
            return false;
        }
    }

    private synchronized void succeeded() {
        failures = 0;
    }

    private synchronized void failed(LiveDispatcher.Intake at, RuntimeException failed) {
        // why not counted twice: calls that were under way together fail together.
        if (!at.equals(intake) || clock.instant().isBefore(restingUntil)) {
            return;
        }
        var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        failures++;
        restingUntil = clock.instant().plus(pause);
        fault = String.valueOf(failed.getMessage());
        LOG.warn(
                "dispatcher '{}' at {} does not take attempts, next try in {} s: {}",
                dispatcher,
                at.url(),
                pause.toSeconds(),
                fault);
    }
}
