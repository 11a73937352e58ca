package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskState;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the wish to cancel a task. All times are by the database's clock, so that they
 * can be compared: what a dispatcher did is dated when it was recorded.
 *
 * @param requestedBy who asked first: {@code token:<name>}, or {@code dispatcher:<id>} for a cancel
 *     at the dispatcher itself
 * @param termSentAt when the container was told to end; null when it was not, or is not yet
 * @param killSentAt when it was ended by force; null when TERM was enough, or is not yet
 * @param verifiedGoneAt since when nothing of it runs; null when that is not known, or nothing ever
 *     ran
 * @param verifiedBy who has seen that
 * @param verified whether it is certain that nothing of it runs, of no attempt
 * @param message the same for a person
 */
record CancelReceipt(
        Instant requestedAt,
        String requestedBy,
        @Nullable Instant termSentAt,
        @Nullable Instant killSentAt,
        @Nullable Instant verifiedGoneAt,
        @Nullable String verifiedBy,
        boolean verified,
        String message) {

    /** How timelines name the owner of an attempt, who alone can have seen its container end. */
    private static final String OWNER = "dispatcher";

    private static final String UNMADE =
            "Cancelled before a container was made: there was nothing to stop";

    /** Whether somebody wanted this task to be cancelled. */
    static boolean isDue(TaskRecord task) {
        return task.moments().cancelRequested() != null
                || task.state() == TaskState.CANCELLING
                || task.state() == TaskState.CANCELLED;
    }

    /**
     * The receipt of a task somebody wanted to be cancelled.
     *
     * @param all of its current attempt, the oldest first, where those that say nothing about it
     *     are passed over; and the ends of those before it that were given up
     */
    static CancelReceipt of(TaskRecord task, List<EventView> all) {
        var current = task.progress().attempt();
        var events = all.stream().filter(event -> event.attempt() == current).toList();
        var receipt = ofAttempt(task, events);
        var lost = first(all, event -> event.attempt() < current);
        return lost == null ? receipt : receipt.doubting(lost.attempt());
    }

    /** The same, while the container of another attempt may run. */
    private CancelReceipt doubting(int other) {
        return new CancelReceipt(
                requestedAt,
                requestedBy,
                termSentAt,
                killSentAt,
                null,
                null,
                false,
                "%s. But attempt %d was given up without its dispatcher's word: whether its container is gone is not verified"
                        .formatted(message, other));
    }

    private static CancelReceipt ofAttempt(TaskRecord task, List<EventView> events) {
        var asked = first(events, CancelReceipt::asks);
        var gone = first(events, step("gone"));
        var end = first(events, event -> isEnd(event) && !asks(event));
        var witness = gone == null && end != null && isByOwner(end) ? end : gone;
        var unmade = asked != null && isEnd(asked);
        return new CancelReceipt(
                askedAt(task, asked),
                askedBy(task, asked),
                timeOf(first(events, step("term_sent"))),
                timeOf(first(events, step("kill_sent"))),
                timeOf(witness),
                witness == null ? null : witness.actor(),
                unmade || witness != null,
                unmade ? UNMADE : words(task.state(), witness, last(events, CancelReceipt::tells)));
    }

    private static Instant askedAt(TaskRecord task, @Nullable EventView asked) {
        var recorded = task.moments().cancelRequested();
        if (recorded != null) {
            return recorded;
        }
        return asked == null ? task.moments().updated() : asked.at();
    }

    private static String askedBy(TaskRecord task, @Nullable EventView asked) {
        var recorded = task.progress().cancelRequestedBy();
        if (recorded != null) {
            return recorded;
        }
        return asked == null ? "unknown" : asked.actor();
    }

    private static String words(
            TaskState state, @Nullable EventView witness, @Nullable EventView told) {
        if (witness == null && told != null && told.message() != null) {
            return told.message();
        }
        if (!state.isTerminal()) {
            return witness == null
                    ? "The container is being stopped"
                    : "The container is gone; its dispatcher is still to report the end";
        }
        if (witness == null) {
            return "Whether the container is gone is not verified";
        }
        return state == TaskState.CANCELLED
                ? "The container is verified gone"
                : "The task ended as " + state + " before the cancel could stop it";
    }

    /** Whether the event says in words why it is not verified yet, or at all. */
    private static boolean tells(EventView event) {
        return event.type().equals("cancel_overdue") || (isEnd(event) && !isByOwner(event));
    }

    /** The move that followed the wish: into being cancelled, or at once into the end. */
    private static boolean asks(EventView event) {
        return TaskState.CANCELLING.name().equals(event.toState())
                || (TaskState.CANCELLED.name().equals(event.toState())
                        && !TaskState.CANCELLING.name().equals(event.fromState()));
    }

    private static boolean isEnd(EventView event) {
        return event.toState() != null && TaskState.valueOf(event.toState()).isTerminal();
    }

    private static boolean isByOwner(EventView event) {
        return event.actor().equals(OWNER) || event.actor().startsWith(OWNER + ":");
    }

    private static Predicate<EventView> step(String step) {
        return event -> event.type().equals("backend") && step.equals(event.detail().get("step"));
    }

    private static @Nullable EventView first(List<EventView> events, Predicate<EventView> wanted) {
        return events.stream().filter(wanted).findFirst().orElse(null);
    }

    private static @Nullable EventView last(List<EventView> events, Predicate<EventView> wanted) {
        return first(events.reversed(), wanted);
    }

    private static @Nullable Instant timeOf(@Nullable EventView event) {
        return event == null ? null : event.at();
    }
}
