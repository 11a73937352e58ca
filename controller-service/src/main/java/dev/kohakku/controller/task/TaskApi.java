package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.telemetry.Step;
import dev.kohakku.common.telemetry.TraceAttributes;
import dev.kohakku.common.telemetry.Traces;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.web.Cursor;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.JsonBody;
import dev.kohakku.controller.web.Page;
import dev.kohakku.controller.web.QueryFields;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tasks over HTTP. */
@RestController
@RequestMapping(path = "/api/v1/tasks", produces = MediaType.APPLICATION_JSON_VALUE)
class TaskApi {

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final Tasks tasks;
    private final TaskReader reader;
    private final JsonBody bodies;
    private final Traces traces;

    TaskApi(Tasks tasks, TaskReader reader, JsonBody bodies, Traces traces) {
        this.tasks = tasks;
        this.reader = reader;
        this.bodies = bodies;
        this.traces = traces;
    }

    @Operation(
            summary = "Creates a task.",
            description =
                    "Repeatable with an Idempotency-Key: the same key and body give the first"
                            + " answer again.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = NewTask.class))))
    @ApiResponse(responseCode = "201", description = "Accepted, or accepted before.")
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<TaskView> submit(
            @AuthenticationPrincipal Caller caller,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestHeader(name = "traceparent", required = false) @Nullable String traceparent,
            @RequestBody(required = false) byte @Nullable [] body) {
        var json = bodies.read(body == null ? new byte[0] : body);
        var errors = new FieldErrors();
        if (key != null && !KEY.matcher(key).matches()) {
            errors.add("Idempotency-Key", "format", "must be 1 to 255 visible ASCII characters");
        }
        var spec = reader.read(json, "", errors);
        errors.refuseIfAny();
        var once = key == null ? null : new Submission.Key(key, bodies.sha256(json));
        var accepted = submit(caller, spec.orElseThrow(), once, traceparent);
        var view = tasks.shown(accepted.task());
        var response = ResponseEntity.created(URI.create("/api/v1/tasks/" + view.id()));
        if (accepted.replayed()) {
            response.header("Idempotency-Replayed", "true");
        }
        return response.body(view);
    }

    /** Every later step of the task's trace hangs on this one. */
    private Tasks.Accepted submit(
            Caller caller,
            TaskSpec spec,
            Submission.@Nullable Key once,
            @Nullable String traceparent) {
        try (var step = traces.begin(Step.SUBMIT)) {
            var given = Traces.isTraceparent(traceparent) ? traceparent : null;
            var carried = traces.areRecorded() ? step.traceparent() : given;
            var accepted = tasks.submit(caller, new Submission(spec, once, carried, null));
            step.with(TraceAttributes.TASK, accepted.task().id().toString())
                    .with(TraceAttributes.PIPELINE_RUN, accepted.task().id().toString())
                    .with(TraceAttributes.PIPELINE_NAME, spec.name());
            return step.done(accepted);
        }
    }

    @Operation(summary = "Lists tasks, the newest first.")
    @Parameter(name = "state", in = ParameterIn.QUERY, description = "May be repeated.")
    @Parameter(
            name = "label",
            in = ParameterIn.QUERY,
            description = "key=value; may be repeated, a task carries all of them.")
    @Parameter(name = "project", in = ParameterIn.QUERY, description = "The id of a project.")
    @Parameter(name = "created_after", in = ParameterIn.QUERY, description = "ISO-8601.")
    @Parameter(name = "created_before", in = ParameterIn.QUERY, description = "ISO-8601.")
    @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 200, 50 by default.")
    @Parameter(
            name = "cursor",
            in = ParameterIn.QUERY,
            description = "next_cursor of the page before, with the same filters.")
    @GetMapping
    Page<TaskSummary> list(@AuthenticationPrincipal Caller caller, HttpServletRequest request) {
        var errors = new FieldErrors();
        var filter = TaskFilter.read(QueryFields.of(request, errors), errors);
        errors.refuseIfAny();
        return tasks.list(caller, filter);
    }

    @Operation(summary = "Shows a task.")
    @GetMapping("/{task}")
    TaskView get(@AuthenticationPrincipal Caller caller, @PathVariable String task) {
        return tasks.shown(tasks.get(caller, TaskIds.parse(task)));
    }

    @Operation(
            summary = "Cancels a task.",
            description =
                    "At once where it has no container; else its end follows the container's.")
    @ApiResponse(responseCode = "202", description = "It is or will be cancelled.")
    @PostMapping("/{task}/cancel")
    ResponseEntity<TaskView> cancel(
            @AuthenticationPrincipal Caller caller, @PathVariable String task) {
        return ResponseEntity.accepted()
                .body(tasks.shown(tasks.cancel(caller, TaskIds.parse(task))));
    }

    @Operation(summary = "Shows the timeline of a task, the oldest event first, and its attempts.")
    @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, 200 by default.")
    @Parameter(name = "cursor", in = ParameterIn.QUERY)
    @GetMapping("/{task}/events")
    TimelineView events(
            @AuthenticationPrincipal Caller caller,
            @PathVariable String task,
            HttpServletRequest request) {
        var id = TaskIds.parse(task);
        var errors = new FieldErrors();
        var query = QueryFields.of(request, errors);
        var limit = query.whole("limit", 1, 1_000, 200);
        var after = query.parsed("cursor", text -> eventOf(id, text));
        query.refuseUnknown();
        errors.refuseIfAny();
        return tasks.timeline(caller, id, after == null ? 0 : after, limit);
    }

    private static Long eventOf(TaskId task, String cursor) {
        try {
            return Long.valueOf(Cursor.after(Tasks.timelineOf(task), cursor));
        } catch (NumberFormatException refused) {
            throw new IllegalArgumentException(
                    "is not a cursor: take next_cursor of an answer", refused);
        }
    }
}
