package dev.kohakku.common.task;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * Where a task stands. This table is the only one: the SQL conditions, the API and {@code
 * docs/states.md} come from it.
 */
public enum TaskState {
    /**
     * Accepted, waiting for admission. The Enqueuer moves it on; past its queue timeout the
     * deadline watcher ends it.
     */
    PENDING,

    /**
     * On a queue, brief stored. A dispatcher's claim moves it on; past its queue timeout the
     * deadline watcher ends it.
     */
    QUEUED,

    /**
     * Claimed, the container is being made. The owning dispatcher moves it on and enforces the
     * start timeout; if the dispatcher is silent, the attempt rescuer does.
     */
    PROVISIONING,

    /**
     * The agent checked in, or the container runs. The owning dispatcher moves it on and enforces
     * the run timeout; if the dispatcher is silent, the attempt rescuer does.
     */
    RUNNING,

    /**
     * A cancel was asked for while a container may exist. The owning dispatcher ends it once the
     * container is verified gone; if the dispatcher is silent, the attempt rescuer does.
     */
    CANCELLING,

    /** Ended as the task wished: exit code 0, or the agent's check-back said so. */
    COMPLETED,

    /** Ended otherwise; the failure kind says whose fault it was. */
    FAILED,

    /** Ended by one of its timeouts. */
    TIMED_OUT,

    /** Ended because somebody cancelled it. */
    CANCELLED;

    /** The states that may follow this one. Empty exactly for the terminal ones. */
    public Set<TaskState> next() {
        return switch (this) {
            case PENDING -> EnumSet.of(QUEUED, FAILED, CANCELLED, TIMED_OUT);
            case QUEUED -> EnumSet.of(PROVISIONING, FAILED, CANCELLED, TIMED_OUT);
            case PROVISIONING ->
                    EnumSet.of(RUNNING, PENDING, COMPLETED, FAILED, TIMED_OUT, CANCELLING);
            case RUNNING -> EnumSet.of(PENDING, COMPLETED, FAILED, TIMED_OUT, CANCELLING);
            case CANCELLING -> EnumSet.of(CANCELLED, COMPLETED, FAILED, TIMED_OUT);
            case COMPLETED, FAILED, TIMED_OUT, CANCELLED -> EnumSet.noneOf(TaskState.class);
        };
    }

    /** The states this one may follow: the {@code WHERE} of the move to it. */
    public Set<TaskState> previous() {
        var previous = EnumSet.noneOf(TaskState.class);
        Arrays.stream(values()).filter(state -> state.next().contains(this)).forEach(previous::add);
        return previous;
    }

    /** Whether nothing follows. */
    public boolean isTerminal() {
        return next().isEmpty();
    }

    /** Whether a dispatcher owns the task's attempt, so that a container may exist. */
    public boolean isOwned() {
        return switch (this) {
            case PROVISIONING, RUNNING, CANCELLING -> true;
            case PENDING, QUEUED, COMPLETED, FAILED, TIMED_OUT, CANCELLED -> false;
        };
    }
}
