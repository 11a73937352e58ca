package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.web.Cursor;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.QueryFields;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which tasks a list shows.
 *
 * @param states empty for all
 * @param labels all of which a task must carry
 * @param after the last task of the page before; null for the first page
 */
record TaskFilter(
        Set<TaskState> states,
        Map<String, String> labels,
        @Nullable UUID project,
        @Nullable Instant createdAfter,
        @Nullable Instant createdBefore,
        int limit,
        @Nullable TaskId after) {

    /** No task is later. */
    private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

    /** More than the clocks of Controllers and of the database are apart. */
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    /** Reads the query of {@code GET /tasks}; wrong values are noted and read as not given. */
    static TaskFilter read(QueryFields query, FieldErrors errors) {
        var states = EnumSet.noneOf(TaskState.class);
        query.repeated("state").forEach(text -> addState(text, states, errors));
        var labels = new TreeMap<String, String>();
        query.repeated("label").forEach(text -> addLabel(text, labels, errors));
        var filter =
                new TaskFilter(
                        states,
                        labels,
                        query.parsed("project", text -> TaskId.parse(text).value()),
                        query.instant("created_after"),
                        query.instant("created_before"),
                        query.whole("limit", 1, 200, 50),
                        null);
        var after =
                query.parsed(
                        "cursor", text -> TaskId.parse(Cursor.after(filter.fingerprint(), text)));
        query.refuseUnknown();
        return filter.startingAfter(after);
    }

    private static void addState(String text, Set<TaskState> states, FieldErrors errors) {
        try {
            states.add(TaskState.valueOf(text));
        } catch (IllegalArgumentException unknown) {
            errors.add(
                    "state",
                    "format",
                    "'" + text + "' is none of " + EnumSet.allOf(TaskState.class));
        }
    }

    private static void addLabel(String text, Map<String, String> labels, FieldErrors errors) {
        var equals = text.indexOf('=');
        if (equals < 1) {
            errors.add("label", "format", "'" + text + "' is not of the form key=value");
        } else {
            var before = labels.put(text.substring(0, equals), text.substring(equals + 1));
            if (before != null) {
                errors.add(
                        "label", "duplicate", "'" + text.substring(0, equals) + "' is given twice");
            }
        }
    }

    private TaskFilter startingAfter(@Nullable TaskId task) {
        return new TaskFilter(states, labels, project, createdAfter, createdBefore, limit, task);
    }

    /** The cursor of the page after one that ends with this task. */
    String cursorAfter(UUID last) {
        return Cursor.of(fingerprint(), last.toString());
    }

    private String fingerprint() {
        return "tasks" + states + labels + project + createdAfter + createdBefore;
    }

    /** Conditions that belong after a {@code where …}. */
    String conditions() {
        return (states.isEmpty() ? "" : " and state in (:states)")
                + (labels.isEmpty() ? "" : " and labels @> cast(:labels as jsonb)")
                + (project == null ? "" : " and project_id = :project")
                + (createdAfter == null
                        ? ""
                        : " and created_at > cast(:createdAfter as timestamptz) and id >= :idFrom")
                + (createdBefore == null
                        ? ""
                        : " and created_at < cast(:createdBefore as timestamptz) and id < :idUntil")
                + (after == null ? "" : " and id < :after");
    }

    // why ids as well: they grow with time, and lists are read in their order. Without a bound a
    // page
    // of long ago would be looked for among all that came since.
    private static UUID firstIdAt(Instant moment, Duration later) {
        var first = moment.isBefore(Instant.EPOCH) ? Instant.EPOCH : moment;
        var within = first.isAfter(LAST) ? LAST : first;
        var millis = Math.max(0, within.plus(later).toEpochMilli());
        var version7 = 0x7000L;
        return new UUID(millis << Short.SIZE | version7, Long.MIN_VALUE);
    }

    /** The values of {@link #conditions}. */
    Map<String, Object> parameters(JsonMapper json) {
        var parameters = new HashMap<String, Object>();
        if (!states.isEmpty()) {
            parameters.put("states", states.stream().map(Enum::name).toList());
        }
        if (!labels.isEmpty()) {
            parameters.put("labels", json.writeValueAsString(labels));
        }
        if (project != null) {
            parameters.put("project", project);
        }
        if (createdAfter != null) {
            parameters.put("createdAfter", createdAfter.toString());
            parameters.put("idFrom", firstIdAt(createdAfter, CLOCKS_DIFFER.negated()));
        }
        if (createdBefore != null) {
            parameters.put("createdBefore", createdBefore.toString());
            parameters.put("idUntil", firstIdAt(createdBefore, CLOCKS_DIFFER));
        }
        if (after != null) {
            parameters.put("after", after.value());
        }
        return parameters;
    }
}
