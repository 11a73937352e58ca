package dev.kohakku.controller.explain;

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
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Why nobody of a fleet would take a task. */
final class Unserved {

    private Unserved() {}

    /** Who would take a task for this target. */
    static List<LiveDispatcher> serving(RuntimeType type, List<LiveDispatcher> live) {
        return live.stream()
                .filter(dispatcher -> !dispatcher.cordoned() && dispatcher.serves(type))
                .toList();
    }

    /** Why nobody would; empty when somebody would. */
    static Optional<Waiting> explain(RuntimeType type, List<LiveDispatcher> live, Instant since) {
        if (!serving(type, live).isEmpty()) {
            return Optional.empty();
        }
        if (live.isEmpty()) {
            return Optional.of(
                    new Waiting(
                            WaitingKind.NO_DISPATCHER, "No dispatcher is live", since, Map.of()));
        }
        var cordoned = live.stream().filter(dispatcher -> dispatcher.serves(type)).toList();
        if (!cordoned.isEmpty()) {
            return Optional.of(allCordoned(type, cordoned, since));
        }
        var sick = live.stream().filter(dispatcher -> dispatcher.has(type)).toList();
        return Optional.of(
                sick.isEmpty() ? notServed(type, live, since) : unhealthy(type, sick, since));
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

    private static Waiting notServed(RuntimeType type, List<LiveDispatcher> live, Instant since) {
        var served = new TreeSet<String>();
        live.forEach(dispatcher ->
                dispatcher.backends().forEach(backend -> served.add(nameOf(backend.type()))));
        return new Waiting(
                WaitingKind.TARGET_NOT_SERVED,
                "No live dispatcher serves target '"
                        + nameOf(type)
                        + "'; those that are live serve "
                        + named(List.copyOf(served)),
                since,
                Map.of("target", nameOf(type), "served", List.copyOf(served)));
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
