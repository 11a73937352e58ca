package dev.kohakku.controller.deadletter;

import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.task.TaskView;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.Page;
import dev.kohakku.controller.web.QueryFields;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Dead letters over HTTP. */
@RestController
@RequestMapping(path = "/api/v1/dead-letters", produces = MediaType.APPLICATION_JSON_VALUE)
class DeadLetterApi {

    private final DeadLetters letters;

    DeadLetterApi(DeadLetters letters) {
        this.letters = letters;
    }

    @Operation(summary = "Lists dead letters, the newest first.")
    @Parameter(
            name = "kind",
            in = ParameterIn.QUERY,
            description = "delivery or task; may be repeated.")
    @Parameter(
            name = "redriven",
            in = ParameterIn.QUERY,
            description = "true for those that are done again, instead of those that are not.")
    @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 200, 50 by default.")
    @Parameter(
            name = "cursor",
            in = ParameterIn.QUERY,
            description = "next_cursor of the page before, with the same filters.")
    @GetMapping
    Page<DeadLetterView> list(@AuthenticationPrincipal Caller caller, HttpServletRequest request) {
        var errors = new FieldErrors();
        return letters.list(caller, DeadLetterFilter.read(QueryFields.of(request, errors), errors));
    }

    @Operation(summary = "Shows a dead letter.")
    @GetMapping("/{letter}")
    DeadLetterView get(@AuthenticationPrincipal Caller caller, @PathVariable String letter) {
        return letters.get(caller, idOf(letter));
    }

    @Operation(
            summary = "Does a dead letter again, as a new task of the same spec.",
            description = "Repeatable: the first answer comes again.")
    @ApiResponse(responseCode = "201", description = "Accepted, or accepted before.")
    @PostMapping("/{letter}/redrive")
    ResponseEntity<TaskView> redrive(
            @AuthenticationPrincipal Caller caller, @PathVariable String letter) {
        var redriven = letters.redrive(caller, idOf(letter));
        var task = redriven.task();
        var response = ResponseEntity.created(URI.create("/api/v1/tasks/" + task.id()));
        if (redriven.replayed()) {
            response.header("Idempotency-Replayed", "true");
        }
        return response.body(task);
    }

    private static UUID idOf(String text) {
        try {
            if (text.length() == 36) {
                return UUID.fromString(text);
            }
        } catch (IllegalArgumentException _) {
            throw DeadLetters.unknown(text).exception();
        }
        throw DeadLetters.unknown(text.length() > 100 ? text.substring(0, 100) + "…" : text)
                .exception();
    }
}
