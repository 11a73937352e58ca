package dev.kohakku.controller.workflow;

import static dev.kohakku.common.wire.Problems.type;

import dev.kohakku.controller.task.TaskReader;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.JsonBody;
import dev.kohakku.controller.web.JsonFields;
import dev.kohakku.controller.web.Problem;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Reads a request to start a workflow: everything that is wrong is named at once. */
@Component
class WorkflowRequestReader {

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final int LONGEST_NAME = 200;

    private final JsonBody bodies;
    private final TaskReader tasks;

    WorkflowRequestReader(JsonBody bodies, TaskReader tasks) {
        this.bodies = bodies;
        this.tasks = tasks;
    }

    /** Reads the body, or ends the request. */
    WorkflowSubmission read(byte[] body, @Nullable String key) {
        var json = bodies.read(body);
        var errors = new FieldErrors();
        if (key != null && !KEY.matcher(key).matches()) {
            errors.add("Idempotency-Key", "format", "must be 1 to 255 visible ASCII characters");
        }
        var fields = JsonFields.of(json, "", errors);
        fields.require("workflow");
        var workflow = fields.text("workflow", LONGEST_NAME);
        var kind = workflow == null ? null : WorkflowKind.of(workflow).orElse(null);
        if (workflow != null && kind == null) {
            throw unknown(workflow).exception();
        }
        fields.require("input");
        var input = fields.object("input");
        if (kind != null && input != null) {
            readInput(kind, json.path("input"), errors);
        }
        fields.refuseUnknown();
        errors.refuseIfAny();
        if (kind == null || input == null) {
            throw new IllegalStateException("a missing field is noted and refused");
        }
        return new WorkflowSubmission(kind, input, key, bodies.sha256(json));
    }

    private void readInput(WorkflowKind kind, JsonNode input, FieldErrors errors) {
        switch (kind) {
            case SINGLE_DISPATCH -> {
                var fields = JsonFields.of(input, "input", errors);
                fields.require("task");
                if (fields.has("task")) {
                    // why now: what createTask would refuse later is refused here, by name.
                    tasks.read(input.path("task"), "input.task", errors);
                }
                fields.refuseUnknown();
            }
        }
    }

    private static Problem unknown(String workflow) {
        return Problem.of(
                        type("workflow-unknown"),
                        HttpStatus.UNPROCESSABLE_CONTENT,
                        "No such workflow",
                        "There is no workflow '"
                                + workflow
                                + "'; known are "
                                + String.join(", ", WorkflowKind.types())
                                + ".")
                .with("known", WorkflowKind.types());
    }
}
