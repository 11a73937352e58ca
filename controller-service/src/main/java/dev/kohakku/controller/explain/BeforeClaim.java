package dev.kohakku.controller.explain;

import dev.kohakku.common.wire.DispatchMode;
import dev.kohakku.controller.dispatch.QueueRoom;
import dev.kohakku.controller.dispatch.WaitingReasons;
import dev.kohakku.controller.explain.Explanation.Waiting;
import dev.kohakku.controller.fleet.LiveDispatcher;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What tasks wait for that nobody has claimed yet. */
final class BeforeClaim {

    /** Whoever could be taken for so long and was not waits for an Enqueuer that does not run. */
    private static final Duration PROMPT = Duration.ofSeconds(10);

    private BeforeClaim() {}

    static Waiting waiting(Facts.Pending facts) {
        var task = facts.task();
        var reason = task.waitingReason();
        // why before the back-off: an attempt whose brief is not stored is set back by a second
        // each time, and the second is not what it waits for.
        if (reason != null && reason.startsWith(WaitingReasons.STORE_AWAY)) {
            return new Waiting(
                    WaitingKind.STORE_AWAY,
                    Explainer.sentence(reason),
                    task.times().attempt(),
                    Map.of());
        }
        var available = task.times().available();
        if (available != null && available.isAfter(task.now())) {
            return backOff(task, available);
        }
        var since = available == null ? task.times().attempt() : available;
        return Unserved.explain(task.target(), facts.live(), since)
                .or(() -> unsent(task, since))
                .orElseGet(() -> admission(facts, since));
    }

    private static Waiting backOff(Facts.Task task, Instant until) {
        var data = new LinkedHashMap<String, Object>();
        data.put("until", until);
        var words = "";
        var before = task.before();
        if (before != null) {
            if (before.kind() != null) {
                data.put("failure_kind", before.kind());
            }
            words = before.message() == null ? "" : "; attempt %d ended so: %s";
            words = words.formatted(task.attempt() - 1, before.message());
        }
        return new Waiting(
                WaitingKind.BACK_OFF,
                "Attempt "
                        + task.attempt()
                        + " of "
                        + task.maxAttempts()
                        + " may begin at "
                        + until
                        + words,
                task.times().attempt(),
                data);
    }

    private static Optional<Waiting> unsent(Facts.Task task, Instant since) {
        var reason = task.waitingReason();
        return reason == null || !reason.startsWith(WaitingReasons.SENDING_FAILS)
                ? Optional.empty()
                : Optional.of(
                        new Waiting(
                                WaitingKind.DISPATCHER_AWAY,
                                Explainer.sentence(reason),
                                since,
                                Map.of()));
    }

    private static Waiting admission(Facts.Pending facts, Instant since) {
        var serving = Unserved.serving(facts.task().target(), facts.live());
        var type = facts.task().target().type();
        var queues = serving.stream().map(each -> each.queueFor(type)).distinct().toList();
        var away = awayAmong(queues, facts.depths());
        var full = queues.stream().filter(queue -> isFull(facts, queue)).toList();
        if (full.size() + away.size() < queues.size()) {
            return admitted(facts, since);
        }
        if (full.isEmpty()) {
            var queue = away.keySet().iterator().next();
            return away(queue, Objects.requireNonNull(away.get(queue)), since);
        }
        return full(facts, full, away, since);
    }

    private static boolean isFull(Facts.Pending facts, String queue) {
        return facts.depths().get(queue) instanceof StreamDepth.Known(var entries)
                && entries >= QueueRoom.most(queue, facts.live(), facts.mostOnStream());
    }

    private static Waiting full(
            Facts.Pending facts, List<String> full, Map<String, String> away, Instant since) {
        var target = facts.task().target();
        var serving = Unserved.serving(target, facts.live());
        var most = QueueRoom.most(full.getFirst(), facts.live(), facts.mostOnStream());
        var free =
                serving.stream()
                        .filter(dispatcher -> full.contains(dispatcher.queueFor(target.type())))
                        .mapToInt(dispatcher -> dispatcher.room().freeSlots())
                        .sum();
        var words =
                "No queue for target '%s' takes more than %d attempts, and %s %s full; %s. %s"
                        .formatted(
                                Unserved.nameOf(target.type()),
                                most,
                                Unserved.named(full),
                                full.size() == 1 ? "is" : "are",
                                slots(free),
                                facts.ahead() == 0
                                        ? "It is the next to be put there"
                                        : facts.ahead() + " for the same target go first");
        for (var each : away.entrySet()) {
            words += "; queue '" + each.getKey() + "' cannot be reached: " + each.getValue();
        }
        return new Waiting(
                WaitingKind.QUEUE_FULL,
                words,
                since,
                Map.of("queues", full, "most", most, "ahead", facts.ahead(), "free_slots", free));
    }

    private static String slots(int free) {
        return "its dispatchers have " + (free == 0 ? "no slot free" : "slots free: " + free);
    }

    private static Map<String, String> awayAmong(
            List<String> queues, Map<String, StreamDepth> depths) {
        var away = new LinkedHashMap<String, String>();
        for (var queue : queues) {
            if (depths.get(queue) instanceof StreamDepth.Away(var reason)) {
                away.put(queue, reason);
            }
        }
        return away;
    }

    private static Waiting away(String queue, String reason, Instant since) {
        return new Waiting(
                WaitingKind.QUEUE_AWAY,
                "Queue '" + queue + "' cannot be reached: " + reason,
                since,
                Map.of("queue", queue, "reason", reason));
    }

    private static Waiting admitted(Facts.Pending facts, Instant since) {
        var late = Duration.between(since, facts.task().now());
        var words =
                facts.ahead() == 0
                        ? "It is the next to be put on a queue"
                        : "It is about to be put on a queue; "
                                + facts.ahead()
                                + " for the same target go first";
        if (facts.ahead() == 0 && late.compareTo(PROMPT) > 0) {
            words +=
                    ", and has been for "
                            + late.toSeconds()
                            + " s: look whether a Controller with the role worker runs";
        }
        return new Waiting(
                WaitingKind.ADMISSION, words, since, Map.of("position", facts.ahead() + 1));
    }

    static Waiting waiting(Facts.Queued facts) {
        var task = facts.task();
        var queue = Objects.requireNonNullElse(task.queue(), "");
        var since = Objects.requireNonNullElse(task.times().queued(), task.times().attempt());
        if (facts.depth() instanceof StreamDepth.Away(var reason)) {
            return away(queue, reason, since);
        }
        var consumers =
                facts.live().stream()
                        .filter(dispatcher ->
                                dispatcher.queues().contains(queue) && dispatcher.isTaking())
                        .toList();
        if (consumers.isEmpty()) {
            // why the whole fleet first: what nobody serves will not be taken elsewhere either.
            return Unserved.explain(task.target(), facts.live(), since)
                    .orElseGet(() ->
                            lost(
                                    facts,
                                    queue,
                                    since,
                                    "Nobody takes from queue '" + queue + "' any more"));
        }
        var again = toBePutAgain(facts, queue, consumers, since);
        if (again.isPresent()) {
            return again.get();
        }
        var missing = shortOf(facts, queue, since);
        if (missing.isPresent()) {
            return lost(facts, queue, since, missing.get());
        }
        // why these only: while somebody consumes the queue, nobody puts the entry on another,
        // but for those who have read it and cannot run it.
        return Unserved.explain(task.target(), consumers, since)
                .orElseGet(() -> inLine(facts, queue, consumers, since));
    }

    /** What holds it that is in the outbox; empty where it may be on its queue as well. */
    private static Optional<Waiting> toBePutAgain(
            Facts.Queued facts, String queue, List<LiveDispatcher> consumers, Instant since) {
        var task = facts.task();
        if (task.times().available() == null) {
            return Optional.empty();
        }
        // why the whole fleet: it goes on whichever queue.
        var unserved = Unserved.explain(task.target(), facts.live(), since);
        if (unserved.isPresent()) {
            return unserved;
        }
        if (isSent(queue, consumers)) {
            return Optional.of(
                    new Waiting(
                            WaitingKind.DISPATCHER_AWAY,
                            "It is still to be sent to the dispatcher of queue '"
                                    + queue
                                    + "', who has not taken it, or to another one",
                            since,
                            Map.of("queue", queue)));
        }
        if (Unserved.serving(task.target(), consumers).isEmpty()) {
            var words = "Nobody who takes from queue '" + queue + "' can run it now";
            return Optional.of(lost(facts, queue, since, words));
        }
        return isPaused(task)
                ? Optional.of(
                        lost(facts, queue, since, "Its entry on queue '" + queue + "' led nowhere"))
                : Optional.empty();
    }

    private static boolean isPaused(Facts.Task task) {
        var available = task.times().available();
        return available != null && available.isAfter(task.now());
    }

    private static boolean isSent(String queue, List<LiveDispatcher> consumers) {
        return consumers.stream()
                .anyMatch(dispatcher ->
                        dispatcher.queue().equals(queue)
                                && dispatcher.intake().mode() == DispatchMode.HTTP);
    }

    /** Why the entry may be lost; empty while it should be on its stream. */
    private static Optional<String> shortOf(Facts.Queued facts, String queue, Instant since) {
        var due = facts.task().now().isAfter(since.plus(facts.unclaimedAfter()));
        return due
                        && facts.depth() instanceof StreamDepth.Known(var entries)
                        && entries < facts.line().believed()
                ? Optional.of(
                        "Queue '"
                                + queue
                                + "' has lost entries, perhaps this one: it holds "
                                + entries
                                + " where it should hold "
                                + facts.line().believed())
                : Optional.empty();
    }

    private static Waiting lost(Facts.Queued facts, String queue, Instant since, String words) {
        var available = facts.task().times().available();
        var paused = isPaused(facts.task());
        var again = paused ? Objects.requireNonNull(available) : since.plus(facts.unclaimedAfter());
        var when = available == null ? "soon after " + again : "in the next round of the Enqueuer";
        return new Waiting(
                WaitingKind.ENTRY_LOST,
                words + "; it is put on a queue again " + (paused ? "at " + again : when),
                since,
                Map.of("queue", queue, "put_back_after", again));
    }

    private static Waiting inLine(
            Facts.Queued facts, String queue, List<LiveDispatcher> consumers, Instant since) {
        var takers = Unserved.serving(facts.task().target(), consumers);
        var free = takers.stream().mapToInt(taker -> taker.room().freeSlots()).sum();
        var ahead = facts.line().ahead();
        return new Waiting(
                WaitingKind.QUEUE_POSITION,
                (ahead == 0 ? "It is the first" : ahead + " before it")
                        + " on queue '"
                        + queue
                        + "'; "
                        + slots(free),
                since,
                Map.of(
                        "queue",
                        queue,
                        "ahead",
                        ahead,
                        "free_slots",
                        free,
                        "dispatchers",
                        takers.stream().map(LiveDispatcher::id).toList()));
    }
}
