package dev.kohakku.controller.explain;

import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.explain.Explanation.Evidence;
import dev.kohakku.controller.explain.Explanation.Waiting;
import dev.kohakku.controller.fleet.LiveDispatcher;
import dev.kohakku.controller.task.Deadlines;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What tasks wait for that a dispatcher owns. */
final class UnderOwner {

    private static final String HANDED_OVER = "handed_over";
    private static final Set<String> PULLING = Set.of("pulling", "pull_failed");
    private static final Set<String> STARTING =
            Set.of("pulling", "pull_failed", "pulled", "start", "created", "adopted");
    private static final Set<String> STOPPING = Set.of("term_sent", "kill_sent", "gone");

    private UnderOwner() {}

    static Waiting waiting(Facts.Owned facts) {
        if (!facts.owner().live()) {
            return silent(facts);
        }
        if (!facts.owner().claimed()) {
            return handedOver(facts);
        }
        return switch (facts.task().state()) {
            case PROVISIONING -> starting(facts);
            case RUNNING -> running(facts);
            case CANCELLING -> stopping(facts);
            case PENDING, QUEUED, COMPLETED, FAILED, TIMED_OUT, CANCELLED ->
                    throw new IllegalArgumentException(
                            "nobody owns a task that is " + facts.task().state());
        };
    }

    private static Waiting silent(Facts.Owned facts) {
        var owner = facts.owner();
        var claimed = claimed(facts.task());
        var since = Objects.requireNonNullElse(owner.leaseUntil(), claimed);
        var lostAt = since.plus(facts.lostAfter());
        var data = ownerOf(facts);
        data.put("left", owner.left());
        data.put("adopters", facts.adopters());
        var what =
                Explainer.sentence(nameOf(owner))
                        + (owner.left() ? " has stopped" : " is silent: its lease expired");
        if (facts.adopters().isEmpty()) {
            data.put("lost_at", lostAt);
            return new Waiting(
                    WaitingKind.OWNER_SILENT,
                    what
                            + ". Nobody else can watch its container; unless it comes back, "
                            + lost(facts.task(), lostAt),
                    since,
                    data);
        }
        return new Waiting(
                WaitingKind.OWNER_SILENT,
                what
                        + ". Dispatcher '"
                        + facts.adopters().getFirst()
                        + "' can watch its container and takes over",
                since,
                data);
    }

    private static String lost(Facts.Task task, Instant lostAt) {
        if (task.state() == TaskState.CANCELLING) {
            return "the task ends as CANCELLED at "
                    + lostAt
                    + " or later, and nobody will have seen its container gone";
        }
        return "the attempt counts as lost at "
                + lostAt
                + " or later, "
                + (task.attemptsLeft() == 0
                        ? "and the task fails: no attempt is left"
                        : "and attempt "
                                + (task.attempt() + 1)
                                + " of "
                                + task.maxAttempts()
                                + " follows");
    }

    private static Waiting handedOver(Facts.Owned facts) {
        var handed = last(facts.evidence(), Set.of(HANDED_OVER));
        return new Waiting(
                WaitingKind.HAND_OVER,
                "Handed to "
                        + nameOf(facts.owner())
                        + ", which has not taken it over yet; "
                        + (facts.task().state() == TaskState.CANCELLING
                                ? "its container is stopped once it has"
                                : "its container, if it has one, runs on meanwhile"),
                handed == null ? claimed(facts.task()) : handed.at(),
                ownerOf(facts));
    }

    private static Waiting starting(Facts.Owned facts) {
        var sick = unhealthyOwner(facts);
        if (sick.isPresent()) {
            return Unserved.unhealthy(
                    facts.task().target().type(), List.of(sick.get()), claimed(facts.task()));
        }
        var data = ownerOf(facts);
        var step = last(facts.evidence(), STARTING);
        if (step != null && PULLING.contains(step.step())) {
            return new Waiting(
                    WaitingKind.IMAGE_PULL,
                    step.step().equals("pulling")
                            ? "The image is being pulled: " + step.message()
                            : "The image could not be pulled yet: " + step.message(),
                    Objects.requireNonNull(first(facts.evidence(), PULLING)).at(),
                    data);
        }
        return new Waiting(
                WaitingKind.START,
                Explainer.sentence(nameOf(facts.owner())) + startOf(step),
                step == null ? claimed(facts.task()) : step.at(),
                data);
    }

    private static String startOf(@Nullable Evidence step) {
        if (step == null) {
            return " has claimed it and has said nothing of its container yet";
        }
        return switch (step.step()) {
                    case "adopted" -> " has found its container and looks after it";
                    case "pulled" -> " has its image and makes its container";
                    case "created" ->
                            " has started its container and is about to report that it runs";
                    default -> " waits for its engine";
                }
                + ": "
                + step.message();
    }

    private static Optional<LiveDispatcher> unhealthyOwner(Facts.Owned facts) {
        var type = facts.task().target().type();
        return facts.live().stream()
                .filter(dispatcher -> dispatcher.id().equals(facts.owner().id()))
                .filter(dispatcher -> dispatcher.has(type) && !dispatcher.serves(type))
                .findFirst();
    }

    private static Waiting stopping(Facts.Owned facts) {
        var task = facts.task();
        var reached = last(facts.evidence(), STOPPING);
        var step = reached == null ? "asked" : reached.step();
        var data = ownerOf(facts);
        data.put("step", step);
        var deadline = task.times().deadline();
        var overdue =
                last(facts.evidence(), Set.of("cancel_overdue")) != null
                        || (deadline != null && deadline.isBefore(task.now()));
        data.put("overdue", overdue);
        var words =
                switch (step) {
                    case "term_sent" ->
                            "The container was told to end; KILL follows if it does not";
                    case "kill_sent" -> "KILL was sent to the container";
                    case "gone" ->
                            "The container is gone; "
                                    + nameOf(facts.owner())
                                    + " is still to report the end";
                    default ->
                            Explainer.sentence(nameOf(facts.owner()))
                                    + " was asked to stop the container and has not said yet that it does";
                };
        return new Waiting(
                WaitingKind.CANCEL,
                words
                        + (overdue
                                ? ". It takes longer than the %d s it may"
                                        .formatted(Deadlines.CANCELLING.toSeconds())
                                : ""),
                Objects.requireNonNullElse(task.times().cancelRequested(), claimed(task)),
                data);
    }

    private static Waiting running(Facts.Owned facts) {
        return new Waiting(
                WaitingKind.RUNS,
                "Its container runs, watched by " + nameOf(facts.owner()),
                Objects.requireNonNullElse(facts.task().times().started(), claimed(facts.task())),
                ownerOf(facts));
    }

    private static Map<String, Object> ownerOf(Facts.Owned facts) {
        var data = new LinkedHashMap<String, Object>();
        if (facts.owner().id() != null) {
            data.put("dispatcher_id", facts.owner().id());
        }
        if (facts.task().times().deadline() != null) {
            data.put("deadline_at", facts.task().times().deadline());
        }
        return data;
    }

    private static String nameOf(Facts.Owner owner) {
        return "dispatcher '" + owner.id() + "'";
    }

    private static Instant claimed(Facts.Task task) {
        return Objects.requireNonNullElse(task.times().claimed(), task.times().attempt());
    }

    private static @Nullable Evidence first(List<Evidence> evidence, Set<String> steps) {
        return evidence.stream()
                .filter(each -> steps.contains(each.step()))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Evidence last(List<Evidence> evidence, Set<String> steps) {
        return first(evidence.reversed(), steps);
    }
}
