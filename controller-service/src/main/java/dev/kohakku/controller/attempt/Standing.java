package dev.kohakku.controller.attempt;

import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.task.Fence;
import org.jspecify.annotations.Nullable;

/**
 * Where a task stands, read with its row locked: it stays so until the transaction ends.
 *
 * @param attempt the current one
 * @param epoch the current one
 * @param maxAttempts how often it is tried at most
 * @param brief null until it is stored
 */
record Standing(
        TaskState state,
        AttemptId attempt,
        Epoch epoch,
        Owner owner,
        int maxAttempts,
        TaskSpec spec,
        @Nullable BriefRef brief) {

    /** Who owns the attempt; both are null while nobody does. */
    record Owner(@Nullable String dispatcherId, @Nullable String instance) {}

    TaskId task() {
        return attempt.task();
    }

    Fence fence() {
        return new Fence(attempt.number(), epoch);
    }

    /** Whether a writer who knows this attempt under this epoch is its owner now. */
    boolean isOwnedUnder(int number, Epoch known) {
        return state.isOwned() && attempt.number() == number && epoch.equals(known);
    }

    /** The owner, as timelines name it. */
    String actor() {
        return actorOf(owner.dispatcherId());
    }

    static String actorOf(@Nullable String dispatcherId) {
        return dispatcherId == null ? "dispatcher" : "dispatcher:" + dispatcherId;
    }
}
