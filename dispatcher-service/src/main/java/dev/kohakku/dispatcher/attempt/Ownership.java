package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.dispatcher.report.Lease;
import java.time.Clock;

/**
 * Makes sure that an attempt is still ours before something is done that only its owner may do:
 * this process may have been paused past its lease, and another have taken the attempt over. While
 * the lease has been live ever since the claim nobody has; else only the Controller knows.
 * Thread-safe.
 */
final class Ownership {

    private final Lease lease;
    private final Clock clock;

    Ownership(Lease lease, Clock clock) {
        this.lease = lease;
        this.clock = clock;
    }

    /**
     * Whether the attempt's payload may run: it is ours, and there is no reason to stop it. Blocks
     * until that is known; interruptible.
     */
    boolean permitsStart(RunningAttempt attempt) throws InterruptedException {
        return attempt.stopWhileStarting().isEmpty()
                && isOursToStart(attempt)
                // why again: the answer may have taken as long as a Controller is away.
                && attempt.stopWhileStarting().isEmpty();
    }

    /**
     * Where the engine keeps nothing of a container that others remove, the Controller is told of
     * the start before it is asked for. Else nothing would tell the next owner of a run that this
     * process did not live to report, and it would run again.
     */
    private boolean isOursToStart(RunningAttempt attempt) throws InterruptedException {
        if (attempt.hold().backend().containers().capabilities().remembersRuns()
                || attempt.mayHaveRun()) {
            return isOurs(attempt);
        }
        if (attempt.hold().reporter().tell(new AttemptEvent.Starting(clock.instant()))) {
            attempt.startIsAsked();
            return true;
        }
        attempt.fenced();
        return false;
    }

    /**
     * Whether the attempt is ours; where it is not, it is fenced from now on. Blocks until that is
     * known; interruptible.
     */
    boolean isOurs(RunningAttempt attempt) throws InterruptedException {
        return lease.isUnbrokenSince(attempt.hold().askedAt()) || isConfirmed(attempt);
    }

    /** The same by the Controller's word in any case. */
    boolean isConfirmed(RunningAttempt attempt) throws InterruptedException {
        if (attempt.hold().reporter().isStillOurs()) {
            return true;
        }
        attempt.fenced();
        return false;
    }
}
