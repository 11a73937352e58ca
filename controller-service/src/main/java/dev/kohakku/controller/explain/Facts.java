package dev.kohakku.controller.explain;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.fleet.LiveDispatcher;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of a task, as far as it matters where it stands. */
sealed interface Facts {

    Task task();

    /** Said of the current attempt, the oldest first. */
    List<Explanation.Evidence> evidence();

    /**
     * It is {@code PENDING}.
     *
     * @param live the fleet
     * @param depths of the streams the fleet consumes
     * @param mostOnStream from how many entries on a stream takes no more
     * @param ahead how many tasks for the same target go first
     */
    record Pending(
            Task task,
            List<Explanation.Evidence> evidence,
            List<LiveDispatcher> live,
            Map<String, StreamDepth> depths,
            int mostOnStream,
            long ahead)
            implements Facts {}

    /**
     * It is {@code QUEUED}.
     *
     * @param live the fleet
     * @param depth of its stream
     * @param line how it stands among the others
     * @param unclaimedAfter after how long on a stream somebody checks whether it is still there
     */
    record Queued(
            Task task,
            List<Explanation.Evidence> evidence,
            List<LiveDispatcher> live,
            StreamDepth depth,
            Line line,
            Duration unclaimedAfter)
            implements Facts {}

    /**
     * A dispatcher owns it.
     *
     * @param live the fleet
     * @param adopters who else could watch its container
     * @param lostAfter how long after its lease has expired an owner is given up
     */
    record Owned(
            Task task,
            List<Explanation.Evidence> evidence,
            List<LiveDispatcher> live,
            Owner owner,
            List<String> adopters,
            Duration lostAfter)
            implements Facts {}

    /** It has ended. */
    record Ended(Task task, List<Explanation.Evidence> evidence, End end) implements Facts {}

    /**
     * The task itself.
     *
     * @param now when this was read, by the clock of all the other times
     * @param waitingReason what the Enqueuer says of it
     */
    record Task(
            TaskId id,
            TaskState state,
            RuntimeTarget target,
            int attempt,
            int maxAttempts,
            Instant now,
            Times times,
            @Nullable String queue,
            @Nullable String waitingReason,
            @Nullable Failure before) {

        /** How often it may still be tried after the current attempt. */
        int attemptsLeft() {
            return Math.max(0, maxAttempts - attempt);
        }
    }

    /**
     * When.
     *
     * @param attempt when the current attempt began to wait
     * @param available when it may be dispatched, null where it is not to be
     * @param deadline when the watcher of the state acts
     */
    record Times(
            Instant attempt,
            @Nullable Instant available,
            @Nullable Instant queued,
            @Nullable Instant claimed,
            @Nullable Instant started,
            @Nullable Instant cancelRequested,
            @Nullable Instant deadline) {}

    /** How the attempt before ended. */
    record Failure(@Nullable FailureKind kind, @Nullable String message) {}

    /**
     * Its place among the tasks on its stream.
     *
     * @param ahead how many came on it before
     * @param believed how many should be on it by the records
     */
    record Line(long ahead, long believed) {}

    /**
     * Who owns it.
     *
     * @param claimed whether one of its processes has claimed it; otherwise it was handed over
     * @param leaseUntil null where its row is gone
     * @param left whether its process said that it stops
     */
    record Owner(
            @Nullable String id,
            boolean claimed,
            boolean live,
            @Nullable Instant leaseUntil,
            boolean left) {}

    /**
     * How it ended.
     *
     * @param unverified whether it was cancelled, and an attempt of it ended without the word of
     *     its owner
     * @param expired whether nobody has use for it any more: its {@code expires_at} has passed
     * @param redrivenAs the task that does it again; null while none does
     */
    record End(
            @Nullable Integer exitCode,
            @Nullable FailureKind kind,
            @Nullable String message,
            boolean unverified,
            boolean expired,
            @Nullable TaskId redrivenAs) {}
}
