package dev.kohakku.controller.task;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A wished move of a task.
 *
 * @param task whose
 * @param from the states it may be made from; a subset of {@link TaskState#previous} of {@code to}
 * @param to the state after it
 * @param fence what the writer believes to be current; null for moves that need no owner, such as a
 *     client's cancel
 * @param deadline how long the new state may last before its watcher acts; null exactly for
 *     terminal states
 * @param actor who makes it: {@code client}, {@code enqueuer}, {@code dispatcher:<id>}, {@code
 *     deadline-watcher}, …
 * @param ending how the task ended; present exactly for terminal states
 * @param message one sentence for the timeline
 * @param detail data for the timeline
 */
public record Transition(
        TaskId task,
        Set<TaskState> from,
        TaskState to,
        @Nullable Fence fence,
        @Nullable Duration deadline,
        String actor,
        @Nullable Ending ending,
        String message,
        Map<String, Object> detail) {

    public Transition {
        from = EnumSet.copyOf(from);
        if (!to.previous().containsAll(from)) {
            throw new IllegalArgumentException(
                    "no move leads from " + from + " to " + to + ": see TaskState");
        }
        if (to.isTerminal() != (ending != null) || to.isTerminal() == (deadline != null)) {
            throw new IllegalArgumentException(
                    "a terminal state has an ending, every other one a deadline: " + to);
        }
    }

    /** A move between states that are not terminal, from every state the table allows. */
    public static Transition to(
            TaskState to, TaskId task, @Nullable Fence fence, Duration deadline, String actor) {
        return new Transition(
                task, to.previous(), to, fence, deadline, actor, null, to.name(), Map.of());
    }

    /** A move to a terminal state, from every state the table allows. */
    public static Transition end(
            TaskState to, TaskId task, @Nullable Fence fence, String actor, Ending ending) {
        var message = ending.errorMessage() == null ? to.name() : ending.errorMessage();
        return new Transition(
                task, to.previous(), to, fence, null, actor, ending, message, Map.of());
    }

    /** The same, allowed from these states only. */
    public Transition onlyFrom(Set<TaskState> states) {
        return new Transition(task, states, to, fence, deadline, actor, ending, message, detail);
    }

    /** The same, with these words in the timeline. */
    public Transition saying(String words, Map<String, Object> data) {
        return new Transition(task, from, to, fence, deadline, actor, ending, words, data);
    }

    /**
     * How a task ended.
     *
     * @param exitCode null where no container ran
     * @param failureKind null for {@code COMPLETED} and {@code CANCELLED}
     * @param errorMessage null for {@code COMPLETED}
     * @param resultKey where the result is, null for none
     * @param resultMetadata null for none
     */
    public record Ending(
            @Nullable Integer exitCode,
            @Nullable FailureKind failureKind,
            @Nullable String errorMessage,
            @Nullable String resultKey,
            @Nullable Map<String, Object> resultMetadata) {

        /** Nothing to say beyond the state. */
        public static final Ending PLAIN = new Ending(null, null, null, null, null);

        /** Ended by a failure before or without a container. */
        public static Ending because(FailureKind kind, String message) {
            return new Ending(null, kind, message, null, null);
        }
    }
}
