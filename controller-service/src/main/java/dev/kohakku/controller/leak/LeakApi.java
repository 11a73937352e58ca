package dev.kohakku.controller.leak;

import dev.kohakku.common.wire.Inventory;
import dev.kohakku.common.wire.InventoryAnswer;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.JsonBody;
import dev.kohakku.controller.web.JsonFields;
import dev.kohakku.controller.web.Page;
import dev.kohakku.controller.web.QueryFields;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The leak ledger over HTTP: inventories from dispatchers, leaks to clients. */
@RestController
@RequestMapping(path = "/api/v1", produces = MediaType.APPLICATION_JSON_VALUE)
class LeakApi {

    private static final int LONGEST_NOTE = 1_000;

    private final Inventories inventories;
    private final Leaks leaks;
    private final Acknowledgements acknowledgements;
    private final JsonBody bodies;

    LeakApi(
            Inventories inventories,
            Leaks leaks,
            Acknowledgements acknowledgements,
            JsonBody bodies) {
        this.inventories = inventories;
        this.leaks = leaks;
        this.acknowledgements = acknowledgements;
        this.bodies = bodies;
    }

    @PostMapping(path = "/dispatchers/{id}/inventory/", consumes = MediaType.APPLICATION_JSON_VALUE)
    InventoryAnswer inventory(@PathVariable String id, @RequestBody Inventory inventory) {
        InventoryFields.check(inventory);
        return inventories.take(id, inventory);
    }

    @Operation(
            summary = "Lists leaks, the newest first.",
            description =
                    "Containers whose attempts are over, running attempts without a container, ends nobody has verified, and tasks past their deadlines. They are the matter of whoever operates the installation: every organization's are shown.")
    @Parameter(
            name = "kind",
            in = ParameterIn.QUERY,
            description = "DANGLING, PHANTOM, UNVERIFIED or STUCK; may be repeated.")
    @Parameter(
            name = "resolved",
            in = ParameterIn.QUERY,
            description = "true for those of the last 30 days that are resolved.")
    @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 200, 50 by default.")
    @Parameter(
            name = "cursor",
            in = ParameterIn.QUERY,
            description = "next_cursor of the page before, with the same filters.")
    @GetMapping("/leaks")
    Page<LeakView> list(HttpServletRequest request) {
        var errors = new FieldErrors();
        var filter = LeakFilter.read(QueryFields.of(request, errors), errors);
        errors.refuseIfAny();
        return leaks.page(filter);
    }

    @Operation(
            summary = "Closes a leak that no search will resolve.",
            description =
                    "For machines that are gone for good. Repeatable: a leak that is resolved is answered as it is. Refused while its scope is searched and still shows it.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = Closing.class))))
    @PostMapping(path = "/leaks/{leak}/resolve", consumes = MediaType.APPLICATION_JSON_VALUE)
    LeakView resolve(
            @AuthenticationPrincipal Caller caller,
            @PathVariable String leak,
            @RequestBody(required = false) byte @Nullable [] body) {
        var errors = new FieldErrors();
        var note = body == null || body.length == 0 ? null : noteOf(bodies.read(body), errors);
        errors.refuseIfAny();
        return acknowledgements.acknowledge(leak, caller.actor(), note);
    }

    private static @Nullable String noteOf(JsonNode body, FieldErrors errors) {
        var fields = JsonFields.of(body, "", errors);
        var note = fields.text("note", LONGEST_NOTE);
        fields.refuseUnknown();
        return note;
    }

    /** The body that closes a leak. */
    @Schema(name = "LeakClosing")
    record Closing(@Nullable String note) {}
}
