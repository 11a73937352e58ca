package dev.kohakku.controller.explain;

import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.task.TaskIds;
import io.swagger.v3.oas.annotations.Operation;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Explanations over HTTP. */
@RestController
class ExplainApi {

    private final Explanations explanations;

    ExplainApi(Explanations explanations) {
        this.explanations = explanations;
    }

    @Operation(
            summary = "Explains what a task waits for, or why it ended and what to do.",
            description = "As of now: it asks the fleet's records and the queue each time.")
    @GetMapping(path = "/api/v1/tasks/{task}/explain", produces = MediaType.APPLICATION_JSON_VALUE)
    Explanation explain(@AuthenticationPrincipal Caller caller, @PathVariable String task) {
        return explanations.of(caller, TaskIds.parse(task));
    }
}
