package dev.kohakku.controller.workflow;

import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.Page;
import dev.kohakku.controller.web.QueryFields;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.UUID;
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

/** Workflow instances over HTTP. */
@RestController
@RequestMapping(path = "/api/v1/workflow-instances", produces = MediaType.APPLICATION_JSON_VALUE)
class WorkflowInstanceApi {

    private final WorkflowInstances instances;
    private final WorkflowRequestReader reader;

    WorkflowInstanceApi(WorkflowInstances instances, WorkflowRequestReader reader) {
        this.instances = instances;
        this.reader = reader;
    }

    @Operation(
            summary = "Starts a workflow instance.",
            description =
                    "Repeatable with an Idempotency-Key: the same key and body give the first answer again.")
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<WorkflowInstance> submit(
            @AuthenticationPrincipal Caller caller,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestBody(required = false) byte @Nullable [] body) {
        var accepted =
                instances.submit(caller, reader.read(body == null ? new byte[0] : body, key));
        var response =
                ResponseEntity.created(
                        URI.create("/api/v1/workflow-instances/" + accepted.instance().id()));
        if (accepted.replayed()) {
            response.header("Idempotency-Replayed", "true");
        }
        return response.body(accepted.instance());
    }

    @Operation(summary = "Lists workflow instances, the newest first, without their inputs.")
    @GetMapping
    Page<WorkflowInstance> list(
            @AuthenticationPrincipal Caller caller, HttpServletRequest request) {
        var errors = new FieldErrors();
        var filter = WorkflowFilter.read(QueryFields.of(request, errors), errors);
        errors.refuseIfAny();
        return instances.list(caller, filter);
    }

    @Operation(summary = "Shows a workflow instance.")
    @GetMapping("/{instance}")
    WorkflowInstance get(@AuthenticationPrincipal Caller caller, @PathVariable String instance) {
        return instances.get(caller, idOf(instance));
    }

    @Operation(
            summary = "Asks for the cancellation of a workflow instance and its tasks; repeatable.")
    @PostMapping("/{instance}/cancel")
    ResponseEntity<WorkflowInstance> cancel(
            @AuthenticationPrincipal Caller caller, @PathVariable String instance) {
        return ResponseEntity.accepted().body(instances.cancel(caller, idOf(instance)));
    }

    private static UUID idOf(String instance) {
        try {
            if (instance.length() == 36) {
                return UUID.fromString(instance);
            }
        } catch (IllegalArgumentException _) {
            throw WorkflowInstances.unknown(instance).exception();
        }
        throw WorkflowInstances.unknown(instance).exception();
    }
}
