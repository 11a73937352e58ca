package dev.kohakku.controller.workflow;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** From rows to values. */
final class WorkflowInstanceRows {

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final JsonMapper json;

    WorkflowInstanceRows(JsonMapper json) {
        this.json = json;
    }

    WorkflowInstance instance(ResultSet row, int number) throws SQLException {
        return new WorkflowInstance(
                row.getObject("id", UUID.class),
                row.getObject("project_id", UUID.class),
                row.getString("workflow"),
                WorkflowState.valueOf(row.getString("state")),
                row.getString("waiting_reason"),
                List.of((UUID[]) row.getArray("task_ids").getArray()),
                object(row, "input"),
                object(row, "result"),
                row.getString("error_message"),
                moment(row, "cancel_requested_at"),
                row.getString("cancel_requested_by"),
                Objects.requireNonNull(moment(row, "created_at")),
                moment(row, "started_at"),
                moment(row, "finished_at"));
    }

    WorkflowInstanceStore.Due due(ResultSet row, int number) throws SQLException {
        return new WorkflowInstanceStore.Due(
                row.getObject("id", UUID.class),
                // why present: only known kinds are accepted, and none is ever taken away.
                WorkflowKind.of(row.getString("workflow")).orElseThrow(),
                WorkflowState.valueOf(row.getString("state")),
                Objects.requireNonNull(object(row, "input")),
                row.getBoolean("cancelled"));
    }

    private @Nullable Map<String, Object> object(ResultSet row, String column) throws SQLException {
        var text = row.getString(column);
        return text == null ? null : json.readValue(text, OBJECT);
    }

    private static @Nullable Instant moment(ResultSet row, String column) throws SQLException {
        var moment = row.getObject(column, OffsetDateTime.class);
        return moment == null ? null : moment.toInstant();
    }
}
