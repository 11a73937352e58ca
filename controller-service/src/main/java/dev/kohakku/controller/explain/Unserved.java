package dev.kohakku.controller.explain;

import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.controller.explain.Explanation.Waiting;
import dev.kohakku.controller.fleet.LiveDispatcher;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Why nobody of a fleet would take a task. */
final class Unserved {

    private Unserved() {}

    /** Who would take a task for this target. */
    static List<LiveDispatcher> serving(RuntimeTarget target, List<LiveDispatcher> live) {
        return live.stream()
                .filter(dispatcher -> !dispatcher.cordoned() && dispatcher.serves(target))
                .toList();
    }

    /** Why nobody would; empty when somebody would. */
    static Optional<Waiting> explain(
            RuntimeTarget target, List<LiveDispatcher> live, Instant since) {
        if (!serving(target, live).isEmpty()) {
            return Optional.empty();
        }
        if (live.isEmpty()) {
            return Optional.of(
                    new Waiting(
                            WaitingKind.NO_DISPATCHER, "No dispatcher is live", since, Map.of()));
        }
        var cordoned = live.stream().filter(dispatcher -> dispatcher.serves(target)).toList();
        if (!cordoned.isEmpty()) {
            return Optional.of(allCordoned(target.type(), cordoned, since));
        }
        var sick = live.stream().filter(dispatcher -> dispatcher.has(target)).toList();
        return Optional.of(
                sick.isEmpty()
                        ? notServed(target, live, since)
                        : unhealthy(target.type(), sick, since));
    }

    private static Waiting allCordoned(
            RuntimeType type, List<LiveDispatcher> cordoned, Instant since) {
        var ids = cordoned.stream().map(LiveDispatcher::id).toList();
        return new Waiting(
                WaitingKind.ALL_CORDONED,
                "Every live dispatcher that serves target '"
                        + nameOf(type)
                        + "' is cordoned: "
                        + named(ids),
                since,
                Map.of("dispatchers", ids));
    }

    /** The backends of this type that do not accept starts, each with its own words. */
    static Waiting unhealthy(RuntimeType type, List<LiveDispatcher> sick, Instant since) {
        var words = new LinkedHashMap<String, String>();
        sick.forEach(dispatcher -> words.put(dispatcher.id(), wordsOf(type, dispatcher)));
        return new Waiting(
                WaitingKind.BACKEND_UNHEALTHY,
                words.entrySet().stream()
                        .map(each ->
                                "Backend '"
                                        + nameOf(type)
                                        + "' of dispatcher '"
                                        + each.getKey()
                                        + "' is not healthy: "
                                        + each.getValue())
                        .collect(Collectors.joining("; ")),
                since,
                Map.of("backends", words));
    }

    private static String wordsOf(RuntimeType type, LiveDispatcher dispatcher) {
        return dispatcher.backends().stream()
                .filter(backend -> backend.type() == type)
                .map(BackendStatus::reason)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("it gives no reason");
    }

    private static Waiting notServed(
            RuntimeTarget target, List<LiveDispatcher> live, Instant since) {
        var chosen = live.stream().filter(dispatcher -> dispatcher.isChosenBy(target)).toList();
        var served = new TreeSet<String>();
        chosen.forEach(dispatcher ->
                dispatcher.backends().forEach(backend -> served.add(nameOf(backend.type()))));
        var data = new LinkedHashMap<String, Object>();
        data.put("target", nameOf(target.type()));
        data.put("pool", target.pool());
        data.put("labels", target.labels());
        data.put("served", List.copyOf(served));
        return new Waiting(
                WaitingKind.TARGET_NOT_SERVED,
                "No live dispatcher"
                        + choiceOf(target)
                        + " serves target '"
                        + nameOf(target.type())
                        + (chosen.isEmpty()
                                ? "': none of those that are live is one"
                                : "'; those that are live serve " + named(List.copyOf(served))),
                since,
                data);
    }

    /** What it asks of dispatchers beside a backend; nothing where it asks for nothing. */
    private static String choiceOf(RuntimeTarget target) {
        return (target.pool().equals(RuntimeTarget.DEFAULT_POOL)
                        ? ""
                        : " of pool '" + target.pool() + "'")
                + (target.labels().isEmpty()
                        ? ""
                        : " with labels " + new TreeMap<>(target.labels()));
    }

    /** Names in a sentence. */
    static String named(List<String> names) {
        return names.isEmpty()
                ? "nothing"
                : names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    }

    /** A target as clients write it. */
    static String nameOf(RuntimeType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
