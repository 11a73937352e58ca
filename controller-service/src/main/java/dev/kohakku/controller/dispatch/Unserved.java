package dev.kohakku.controller.dispatch;

import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.controller.fleet.LiveDispatcher;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Why nobody of a fleet takes tasks with a target, in one sentence. */
final class Unserved {

    private Unserved() {}

    static String reason(RuntimeTarget target, List<LiveDispatcher> live) {
        var cordoned =
                live.stream()
                        .filter(dispatcher -> dispatcher.cordoned() && dispatcher.serves(target))
                        .map(dispatcher -> "'" + dispatcher.id() + "'")
                        .collect(Collectors.joining(", "));
        return cordoned.isEmpty()
                ? unhealthyOrMissing(target, live)
                : "every live dispatcher that serves "
                        + nameOf(target)
                        + " is cordoned: "
                        + cordoned;
    }

    private static String unhealthyOrMissing(RuntimeTarget target, List<LiveDispatcher> live) {
        return live.stream()
                .filter(dispatcher -> dispatcher.isChosenBy(target))
                .flatMap(dispatcher ->
                        dispatcher.backends().stream()
                                .filter(backend -> backend.type() == target.type())
                                .map(backend ->
                                        "backend '"
                                                + typeOf(target)
                                                + "' of dispatcher '"
                                                + dispatcher.id()
                                                + "' is not healthy: "
                                                + Objects.requireNonNullElse(
                                                        backend.reason(), "no reason given")))
                .findFirst()
                .orElseGet(() ->
                        "no live dispatcher serves "
                                + nameOf(target)
                                + (live.isEmpty() ? ": none is live at all" : ""));
    }

    private static String nameOf(RuntimeTarget target) {
        var name = "runtime target '" + typeOf(target) + "'";
        if (!target.pool().equals(RuntimeTarget.DEFAULT_POOL)) {
            name += " in pool '" + target.pool() + "'";
        }
        if (!target.labels().isEmpty()) {
            name += " with labels " + new TreeMap<>(target.labels());
        }
        return name;
    }

    private static String typeOf(RuntimeTarget target) {
        return target.type().name().toLowerCase(Locale.ROOT);
    }
}
