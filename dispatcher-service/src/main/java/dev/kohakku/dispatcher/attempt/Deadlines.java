package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.wire.Claimed;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The moments that end an attempt, each with a message of its own. All by steady time.
 *
 * @param timeouts of the task
 * @param startEnds when the start timeout is over
 * @param expires when the task expires, null for never
 * @param checkBackDecides whether a check-back ends the container
 * @param checkBackGrace after a check-back
 */
record Deadlines(
        TaskSpec.Timeouts timeouts,
        Instant startEnds,
        @Nullable Instant expires,
        boolean checkBackDecides,
        Duration checkBackGrace) {

    static Deadlines of(Claimed claimed, Duration checkBackGrace, Times times) {
        var timeouts = claimed.spec().timeouts();
        var expiresAt = timeouts.expiresAt();
        // why not our own clock: it may be minutes off, and the Controller's moments are compared.
        var granted = Objects.requireNonNullElseGet(claimed.grantedAt(), times.clock()::instant);
        var now = times.steady().now();
        return new Deadlines(
                timeouts,
                now.minus(past(claimed.claimedAt(), granted)).plus(timeouts.start()),
                expiresAt == null ? null : now.plus(Duration.between(granted, expiresAt)),
                claimed.spec().completion() == CompletionMode.AGENT,
                checkBackGrace);
    }

    private static Duration past(Instant since, Instant now) {
        var elapsed = Duration.between(since, now);
        return elapsed.isNegative() ? Duration.ZERO : elapsed;
    }

    /** What has passed before the container runs. */
    Optional<Stop> whileStarting(Instant now) {
        if (!now.isBefore(startEnds)) {
            return Optional.of(
                    new Stop.TimedOut(
                            FailureKind.START_TIMEOUT,
                            "the container did not run within the start timeout of "
                                    + text(timeouts.start())));
        }
        return expired(now);
    }

    /**
     * What has passed while the container runs.
     *
     * @param startedAt null where nobody knows
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
        return expires == null || now.isBefore(expires)
                ? Optional.empty()
                : Optional.of(
                        new Stop.TimedOut(
                                FailureKind.EXPIRED,
                                "the task's expires_at, " + timeouts.expiresAt() + ", has passed"));
    }

    private static String text(Duration length) {
        return length.toMillis() % 1_000 == 0
                ? length.toSeconds() + " s"
                : length.toMillis() + " ms";
    }
}
