package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.wire.Claimed;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The moments that end an attempt, each with a message of its own.
 *
 * @param timeouts of the task
 * @param claimedAt the start timeout counts from here
 * @param checkBackDecides whether a check-back ends the container
 * @param checkBackGrace after a check-back
 */
record Deadlines(
        TaskSpec.Timeouts timeouts,
        Instant claimedAt,
        boolean checkBackDecides,
        Duration checkBackGrace) {

    static Deadlines of(Claimed claimed, Duration checkBackGrace) {
        return new Deadlines(
                claimed.spec().timeouts(),
                claimed.claimedAt(),
                claimed.spec().completion() == CompletionMode.AGENT,
                checkBackGrace);
    }

    /** What has passed before the container runs. */
    Optional<Stop> whileStarting(Instant now) {
        if (!now.isBefore(startEnds())) {
            return Optional.of(
                    new Stop.TimedOut(
                            FailureKind.START_TIMEOUT,
                            "the container did not run within the start timeout of "
                                    + text(timeouts.start())));
        }
        return expired(now);
    }

    Instant startEnds() {
        return claimedAt.plus(timeouts.start());
    }

    /**
     * What has passed while the container runs.
     *
     * @param startedAt by the engine's clock
     * @param checkedBackAt null for not yet
     */
    Optional<Stop> whileRunning(
            Instant now, @Nullable Instant startedAt, @Nullable Instant checkedBackAt) {
        if (checkBackDecides
                && checkedBackAt != null
                && !now.isBefore(checkedBackAt.plus(checkBackGrace))) {
            return Optional.of(new Stop.CheckedBack());
        }
        if (startedAt != null && !now.isBefore(startedAt.plus(timeouts.run()))) {
            return Optional.of(
                    new Stop.TimedOut(
                            FailureKind.RUN_TIMEOUT,
                            "the container ran longer than the run timeout of "
                                    + text(timeouts.run())));
        }
        return expired(now);
    }

    private Optional<Stop> expired(Instant now) {
        var expiresAt = timeouts.expiresAt();
        return expiresAt == null || now.isBefore(expiresAt)
                ? Optional.empty()
                : Optional.of(
                        new Stop.TimedOut(
                                FailureKind.EXPIRED,
                                "the task's expires_at, " + expiresAt + ", has passed"));
    }

    private static String text(Duration length) {
        return length.toMillis() % 1_000 == 0
                ? length.toSeconds() + " s"
                : length.toMillis() + " ms";
    }
}
