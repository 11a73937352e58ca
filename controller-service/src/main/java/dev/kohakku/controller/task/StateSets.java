package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskState;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Sets of states as SQL writes them, {@code 'A', 'B'}, taken from {@link TaskState}. Text and not a
 * parameter, so that the partial indexes over these sets serve every plan.
 */
public final class StateSets {

    /** In which a dispatcher owns the attempt: a container may exist. */
    public static final String OWNED = of(TaskState::isOwned);

    /** In which a task waits for an owner: no container can exist. */
    public static final String WAITING = of(state -> !state.isOwned() && !state.isTerminal());

    /** In which a task has ended: nothing changes it any more. */
    public static final String TERMINAL = of(TaskState::isTerminal);

    private StateSets() {}

    private static String of(Predicate<TaskState> wanted) {
        return Arrays.stream(TaskState.values())
                .filter(wanted)
                .map(state -> "'" + state.name() + "'")
                .collect(Collectors.joining(", "));
    }
}
