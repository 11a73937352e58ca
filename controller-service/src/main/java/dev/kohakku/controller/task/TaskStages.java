package dev.kohakku.controller.task;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When the current attempt of a task reached what, by the database's clock, and for whom it is.
 *
 * @param type in lower case
 * @param cancelRequested null where nobody wished it
 */
record TaskStages(
        String type,
        String pool,
        @Nullable OffsetDateTime queued,
        @Nullable OffsetDateTime claimed,
        @Nullable OffsetDateTime started,
        @Nullable OffsetDateTime finished,
        @Nullable OffsetDateTime cancelRequested) {

    static TaskStages of(ResultSet row, int number) throws SQLException {
        return new TaskStages(
                row.getString("runtime_type").toLowerCase(Locale.ROOT),
                row.getString("runtime_pool"),
                row.getObject("queued_at", OffsetDateTime.class),
                row.getObject("claimed_at", OffsetDateTime.class),
                row.getObject("started_at", OffsetDateTime.class),
                row.getObject("finished_at", OffsetDateTime.class),
                row.getObject("cancel_requested_at", OffsetDateTime.class));
    }

    /** From one stage to another; empty where either was not reached. */
    static Optional<Duration> between(
            @Nullable OffsetDateTime from, @Nullable OffsetDateTime until) {
        if (from == null || until == null) {
            return Optional.empty();
        }
        var taken = Duration.between(from, until);
        return Optional.of(taken.isNegative() ? Duration.ZERO : taken);
    }
}
