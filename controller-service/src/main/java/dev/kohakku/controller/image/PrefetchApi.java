package dev.kohakku.controller.image;

import dev.kohakku.common.task.ImageReference;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.JsonBody;
import dev.kohakku.controller.web.JsonFields;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.URI;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Images ahead of any attempt, over HTTP. */
@RestController
@RequestMapping(path = "/api/v1/images/prefetch", produces = MediaType.APPLICATION_JSON_VALUE)
class PrefetchApi {

    private static final int LONGEST_IMAGE = 512;
    private static final int LONGEST_POOL = 100;

    private final Prefetches prefetches;
    private final JsonBody bodies;

    PrefetchApi(Prefetches prefetches, JsonBody bodies) {
        this.prefetches = prefetches;
        this.bodies = bodies;
    }

    @Operation(
            summary = "Has the live dispatchers of a pool, or all, pull an image.",
            description = "Asked again it is asked again, and the image is there already.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = NewPrefetch.class))))
    @ApiResponse(
            responseCode = "202",
            description = "The dispatchers hear of it with their next heartbeat.")
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<PrefetchView> ask(
            @AuthenticationPrincipal Caller caller,
            @RequestBody(required = false) byte @Nullable [] body) {
        var errors = new FieldErrors();
        var fields = JsonFields.of(bodies.read(body == null ? new byte[0] : body), "", errors);
        fields.require("image");
        var image = fields.parsed("image", LONGEST_IMAGE, ImageReference::parse);
        var pool = fields.text("pool", LONGEST_POOL);
        fields.refuseUnknown();
        errors.refuseIfAny();
        var asked = prefetches.ask(caller, Objects.requireNonNull(image), pool);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/images/prefetch/" + asked.id()))
                .body(asked);
    }

    @Operation(summary = "Shows what came of a prefetch at each dispatcher.")
    @GetMapping("/{prefetch}")
    PrefetchView get(@AuthenticationPrincipal Caller caller, @PathVariable String prefetch) {
        return prefetches.get(caller, idOf(prefetch));
    }

    private static UUID idOf(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            throw Prefetches.unknown(text.length() > 100 ? text.substring(0, 100) + "…" : text)
                    .exception();
        }
    }

    /** The body that asks for a prefetch. */
    @Schema(name = "NewPrefetch", requiredProperties = "image")
    record NewPrefetch(String image, @Nullable String pool) {}
}
