package dev.kohakku.controller.leak;

import dev.kohakku.common.task.RuntimeType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** From rows to leaks, and to the sentences that tell people of them. */
final class LeakRows {

    private final LeakProperties properties;

    LeakRows(LeakProperties properties) {
        this.properties = properties;
    }

    /** A leak and its place in the list. */
    record Placed(LeakView leak, LeakFilter.Place place) {}

    Placed placed(ResultSet row, int number) throws SQLException {
        var kind = LeakKind.valueOf(row.getString("kind"));
        var firstSeenAt = Objects.requireNonNull(moment(row, "first_seen_at"));
        var resolution = resolution(row);
        var action = action(row, kind);
        var leak =
                new LeakView(
                        row.getString("reference"),
                        kind,
                        row.getString("scope"),
                        RuntimeType.valueOf(row.getString("runtime_type")),
                        row.getObject("task_id", UUID.class),
                        row.getInt("attempt"),
                        row.getString("container_id"),
                        row.getString("reported_by"),
                        firstSeenAt,
                        Objects.requireNonNull(moment(row, "last_seen_at")),
                        row.getLong("age"),
                        moment(row, "resolved_at"),
                        resolution,
                        row.getString("resolved_by"),
                        row.getString("note"),
                        action,
                        resolution == null
                                ? sentence(row, kind, action)
                                : "Resolved: " + resolution.words() + ".");
        return new Placed(
                leak, new LeakFilter.Place(firstSeenAt.toString(), row.getString("reference")));
    }

    private LeakView.Action action(ResultSet row, LeakKind kind) throws SQLException {
        var isOrdered = row.getObject("destroy_ordered_at") != null;
        if (kind != LeakKind.DANGLING) {
            return LeakView.Action.NONE;
        }
        if (row.getObject("resolved_at") != null) {
            return isOrdered ? LeakView.Action.DESTROY_ORDERED : LeakView.Action.NONE;
        }
        if (properties.dryRun()) {
            return LeakView.Action.WOULD_DESTROY;
        }
        return isOrdered ? LeakView.Action.DESTROY_ORDERED : LeakView.Action.WILL_DESTROY;
    }

    private String sentence(ResultSet row, LeakKind kind, LeakView.Action action)
            throws SQLException {
        var attempt = "attempt " + row.getInt("attempt") + " of task " + row.getString("task_id");
        return switch (kind) {
            case DANGLING -> dangling(row, attempt, action);
            case PHANTOM ->
                    "The container of %s, which is recorded as running, was not there when dispatcher '%s' searched %s."
                            .formatted(attempt, row.getString("reported_by"), place(row));
            case UNVERIFIED ->
                    "Dispatcher '%s' did not report the end of %s, and nobody has searched %s since: its container may still run."
                            .formatted(row.getString("dispatcher_id"), attempt, place(row));
            case STUCK ->
                    "Task %s is %s past its deadline and no watcher has acted: is there a Controller with the role worker and the queues default and cleanup?"
                            .formatted(row.getString("task_id"), row.getString("task_state"));
        };
    }

    private String dangling(ResultSet row, String attempt, LeakView.Action action)
            throws SQLException {
        var isKnown = row.getBoolean("known");
        var what =
                "Container %s is in %s, and %s is %s: "
                        .formatted(
                                row.getString("container_id"),
                                place(row),
                                attempt,
                                isKnown ? "over" : "not known here");
        var grace = isKnown ? properties.destroyAfter() : properties.unknownGrace();
        return what
                + switch (action) {
                    case DESTROY_ORDERED -> "its destruction is ordered.";
                    case WILL_DESTROY ->
                            "it will be destroyed " + words(grace) + " after it was first seen.";
                    case WOULD_DESTROY ->
                            "but for kohakku.leak.dry-run it would be destroyed %s after it was first seen."
                                    .formatted(words(grace));
                    case NONE -> "nothing is done about it.";
                };
    }

    private static String place(ResultSet row) throws SQLException {
        var type = row.getString("runtime_type").toLowerCase(Locale.ROOT);
        var scope = row.getString("scope");
        return scope == null
                ? "its scope (" + type + ", not known which)"
                : "scope '" + scope + "' (" + type + ")";
    }

    private static String words(Duration grace) {
        return grace.toSeconds() + " s";
    }

    private static LeakView.@Nullable Resolution resolution(ResultSet row) throws SQLException {
        var name = row.getString("resolution");
        return name == null ? null : LeakView.Resolution.valueOf(name);
    }

    private static @Nullable Instant moment(ResultSet row, String column) throws SQLException {
        var moment = row.getObject(column, OffsetDateTime.class);
        return moment == null ? null : moment.toInstant();
    }
}
