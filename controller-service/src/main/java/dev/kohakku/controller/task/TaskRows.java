package dev.kohakku.controller.task;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** From rows to values. */
final class TaskRows {

    /** What {@link #task} reads of {@code tasks t}, beside {@code waits_for}. */
    static final String TASK =
            """
            t.id, t.project_id, t.redrive_of, t.state, t.spec, t.attempt, t.epoch, t.dispatcher_id,
                t.cancel_requested_by, t.brief_key, t.brief_sha256, t.exit_code, t.failure_kind, t.error_message,
                t.result_key, t.result_metadata, t.created_at, t.queued_at, t.claimed_at, t.started_at,
                t.finished_at, t.cancel_requested_at, t.updated_at\
            """;

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private final JsonMapper json;
    private final StoredSpecs specs;

    TaskRows(JsonMapper json) {
        this.json = json;
        this.specs = new StoredSpecs(json);
    }

    TaskRecord task(ResultSet row, int number) throws SQLException {
        var redriveOf = row.getObject("redrive_of", UUID.class);
        return new TaskRecord(
                new TaskId(row.getObject("id", UUID.class)),
                row.getObject("project_id", UUID.class),
                redriveOf == null ? null : new TaskId(redriveOf),
                TaskState.valueOf(row.getString("state")),
                specs.read(row.getString("spec")),
                new TaskRecord.Progress(
                        row.getInt("attempt"),
                        row.getLong("epoch"),
                        row.getString("dispatcher_id"),
                        row.getString("waits_for"),
                        row.getString("cancel_requested_by"),
                        row.getString("brief_key"),
                        row.getString("brief_sha256")),
                ending(row),
                moments(row));
    }

    private Transition.Ending ending(ResultSet row) throws SQLException {
        return new Transition.Ending(
                row.getObject("exit_code", Integer.class),
                failure(row),
                row.getString("error_message"),
                row.getString("result_key"),
                object(row, "result_metadata"));
    }

    private static TaskRecord.Moments moments(ResultSet row) throws SQLException {
        return new TaskRecord.Moments(
                moment(row, "created_at"),
                momentOrNull(row, "queued_at"),
                momentOrNull(row, "claimed_at"),
                momentOrNull(row, "started_at"),
                momentOrNull(row, "finished_at"),
                momentOrNull(row, "cancel_requested_at"),
                moment(row, "updated_at"));
    }

    TaskSummary summary(ResultSet row, int number) throws SQLException {
        return new TaskSummary(
                row.getObject("id", UUID.class),
                row.getObject("project_id", UUID.class),
                row.getString("name"),
                TaskState.valueOf(row.getString("state")),
                row.getString("waits_for"),
                row.getString("image"),
                row.getString("runtime_type").toLowerCase(Locale.ROOT),
                row.getInt("priority"),
                json.readValue(row.getString("labels"), TEXTS),
                row.getInt("attempt"),
                row.getInt("max_attempts"),
                row.getString("dispatcher_id"),
                row.getObject("exit_code", Integer.class),
                TaskView.FailureView.of(failure(row)),
                row.getString("error_message"),
                row.getString("result_key"),
                moment(row, "created_at"),
                momentOrNull(row, "queued_at"),
                momentOrNull(row, "started_at"),
                momentOrNull(row, "finished_at"));
    }

    EventView event(ResultSet row, int number) throws SQLException {
        var detail = object(row, "detail");
        return new EventView(
                row.getLong("id"),
                moment(row, "at"),
                row.getInt("attempt"),
                row.getLong("epoch"),
                row.getString("type"),
                row.getString("from_state"),
                row.getString("to_state"),
                row.getString("actor"),
                row.getString("message"),
                detail == null ? Map.of() : detail);
    }

    AttemptView attempt(ResultSet row, int number) throws SQLException {
        return new AttemptView(
                row.getInt("number"),
                TaskState.valueOf(row.getString("state")),
                row.getLong("epoch"),
                row.getString("dispatcher_id"),
                row.getString("container_id"),
                row.getObject("exit_code", Integer.class),
                TaskView.FailureView.of(failure(row)),
                row.getString("error_message"),
                row.getString("result_key"),
                moment(row, "created_at"),
                momentOrNull(row, "claimed_at"),
                momentOrNull(row, "started_at"),
                momentOrNull(row, "finished_at"));
    }

    private static @Nullable FailureKind failure(ResultSet row) throws SQLException {
        var kind = row.getString("failure_kind");
        return kind == null ? null : FailureKind.valueOf(kind);
    }

    private @Nullable Map<String, Object> object(ResultSet row, String column) throws SQLException {
        var text = row.getString(column);
        return text == null ? null : json.readValue(text, OBJECT);
    }

    private static Instant moment(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant momentOrNull(ResultSet row, String column)
            throws SQLException {
        var moment = row.getObject(column, OffsetDateTime.class);
        return moment == null ? null : moment.toInstant();
    }
}
