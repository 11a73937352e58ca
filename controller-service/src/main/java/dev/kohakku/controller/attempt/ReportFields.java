package dev.kohakku.controller.attempt;

import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.AttemptReport;
import dev.kohakku.common.wire.Claim;
import dev.kohakku.common.wire.StorableText;
import dev.kohakku.controller.web.FieldErrors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the fields of a claim and a report must be. Shape is strict; words and details inside of
 * events are cut to size instead of refused: an engine may say anything, and a report refused for
 * its words would hold up the ones about the container's life.
 */
@Component
class ReportFields {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final int MOST_EVENTS = 100;
    private static final int LONGEST_MESSAGE = 2_000;
    private static final int LARGEST_DETAIL = 16 * 1024;

    private final JsonMapper json;

    ReportFields(JsonMapper json) {
        this.json = json;
    }

    /** The number in a path; there is no attempt below 1. */
    void checkAttempt(int attempt) {
        var errors = new FieldErrors();
        if (attempt < 1) {
            errors.add("attempt", "range", "must be at least 1");
        }
        errors.refuseIfAny();
    }

    void check(Claim claim) {
        var errors = new FieldErrors();
        identifier(errors, "dispatcher_id", claim.dispatcherId());
        identifier(errors, "instance", claim.instance());
        errors.refuseIfAny();
    }

    private static void identifier(FieldErrors errors, String field, @Nullable String value) {
        if (value == null) {
            errors.add(field, "missing", "is required");
        } else if (!ID.matcher(value).matches()) {
            errors.add(field, "format", "must match " + ID.pattern());
        }
    }

    /** The report with its words cut to size. */
    AttemptReport checked(AttemptReport report) {
        var errors = new FieldErrors();
        if (isMissing(report.epoch())) {
            errors.add("epoch", "missing", "is required");
        }
        if (report.sequence() < 1) {
            errors.add("sequence", "range", "must be at least 1");
        }
        var events = isMissing(report.events()) ? List.<AttemptEvent>of() : report.events();
        if (events.isEmpty() || events.size() > MOST_EVENTS) {
            errors.add("events", "range", "must hold 1 to " + MOST_EVENTS + " events");
        }
        for (var i = 0; i < events.size(); i++) {
            check(events.get(i), "events[" + i + "]", errors);
        }
        errors.refuseIfAny();
        return new AttemptReport(
                report.epoch(), report.sequence(), events.stream().map(this::fitting).toList());
    }

    private static void check(@Nullable AttemptEvent event, String place, FieldErrors errors) {
        if (event == null) {
            errors.add(place, "missing", "must be an event");
            return;
        }
        if (isMissing(event.at())) {
            errors.add(place + ".at", "missing", "is required");
        }
        switch (event) {
            case AttemptEvent.Backend(var at, var step, var message) -> {
                require(errors, place + ".step", step);
                require(errors, place + ".message", message);
            }
            case AttemptEvent.Running(var at, var containerId, var scope) -> {
                require(errors, place + ".container_id", containerId);
                require(errors, place + ".scope", scope);
            }
            case AttemptEvent.Starting _, AttemptEvent.CheckedIn _ -> {}
            case AttemptEvent.Progress progress -> {
                var percent = progress.percent();
                if (percent != null && (percent < 0 || percent > 100)) {
                    errors.add(place + ".percent", "range", "must be from 0 to 100");
                }
            }
        }
    }

    private static void require(FieldErrors errors, String field, @Nullable String value) {
        if (value == null) {
            errors.add(field, "missing", "is required");
        }
    }

    // why: JSON may leave out what the record declares as always there.
    private static boolean isMissing(@Nullable Object value) {
        return value == null;
    }

    private AttemptEvent fitting(AttemptEvent event) {
        return switch (event) {
            case AttemptEvent.Backend(var at, var step, var message) ->
                    new AttemptEvent.Backend(at, fitting(step), fitting(message));
            case AttemptEvent.Running(var at, var containerId, var scope) ->
                    new AttemptEvent.Running(at, fitting(containerId), fitting(scope));
            case AttemptEvent.Starting starting -> starting;
            case AttemptEvent.CheckedIn checkedIn -> checkedIn;
            case AttemptEvent.Progress(var at, var percent, var message, var detail) ->
                    new AttemptEvent.Progress(
                            at,
                            percent,
                            message == null ? null : fitting(message),
                            fitting(Objects.requireNonNullElse(detail, Map.of())));
        };
    }

    private static String fitting(String text) {
        return StorableText.mended(text, LONGEST_MESSAGE);
    }

    private Map<String, Object> fitting(Map<String, Object> detail) {
        if (json.writeValueAsBytes(detail).length > LARGEST_DETAIL) {
            return Map.of("left_out", "more than " + LARGEST_DETAIL + " bytes");
        }
        return members(detail);
    }

    private static Map<String, Object> members(Map<?, ?> map) {
        var clean = new LinkedHashMap<String, Object>();
        map.forEach((name, value) -> clean.put(fitting(String.valueOf(name)), cleaned(value)));
        return clean;
    }

    private static Object cleaned(@Nullable Object value) {
        return switch (value) {
            case String text -> StorableText.mended(text, LARGEST_DETAIL);
            case Map<?, ?> map -> members(map);
            case List<?> list -> list.stream().map(ReportFields::cleaned).toList();
            // why: maps of ours hold no null, and JSON writes this as one.
            case null -> Optional.empty();
            case Object other -> other;
        };
    }
}
