package dev.kohakku.controller.access;

import static dev.kohakku.common.wire.Problems.type;

import dev.kohakku.controller.web.Cursor;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.JsonBody;
import dev.kohakku.controller.web.JsonFields;
import dev.kohakku.controller.web.Page;
import dev.kohakku.controller.web.Problem;
import dev.kohakku.controller.web.QueryFields;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** API tokens over HTTP. The token itself is in the answer that makes it and nowhere else. */
@RestController
@RequestMapping(path = "/api/v1/tokens", produces = MediaType.APPLICATION_JSON_VALUE)
class TokenApi {

    /** Of a token that is asked for without any. */
    private static final Set<Scope> DEFAULT_SCOPES =
            Collections.unmodifiableSet(EnumSet.of(Scope.READ, Scope.SUBMIT));

    private final ApiTokens tokens;
    private final JsonBody bodies;
    private final Clock clock;

    TokenApi(ApiTokens tokens, JsonBody bodies, Clock clock) {
        this.tokens = tokens;
        this.bodies = bodies;
        this.clock = clock;
    }

    @Operation(
            summary = "Makes a token.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = NewToken.class))))
    @ApiResponse(responseCode = "201", description = "Made; the token is shown this once.")
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<MadeToken> make(
            @AuthenticationPrincipal Caller caller,
            @RequestBody(required = false) byte @Nullable [] body) {
        var errors = new FieldErrors();
        var fields = JsonFields.of(bodies.read(body == null ? new byte[0] : body), "", errors);
        fields.require("name");
        var name = fields.text("name", 100);
        if (name != null && !name.matches("[A-Za-z0-9][A-Za-z0-9 ._@-]*")) {
            fields.refuse(
                    "name", "format", "has letters, digits, blanks and '.', '_', '@', '-' only");
        } else if (BootstrapToken.NAME.equals(name)) {
            fields.refuse(
                    "name", "reserved", "is the name of the token of KOHAKKU_BOOTSTRAP_TOKEN");
        }
        var expires = fields.parsed("expires_at", 100, QueryFields::instantOf);
        if (expires != null && !expires.isAfter(clock.instant())) {
            fields.refuse("expires_at", "range", "lies in the past");
        }
        var scopes = scopesOf(fields, caller);
        fields.refuseUnknown();
        errors.refuseIfAny();
        return ResponseEntity.status(HttpStatus.CREATED)
                .body(tokens.make(caller, String.valueOf(name), scopes, expires));
    }

    /** Nobody gives away what is not theirs. */
    private static Set<Scope> scopesOf(JsonFields fields, Caller caller) {
        if (!fields.has("scopes")) {
            return granted(DEFAULT_SCOPES, fields, caller);
        }
        var words = fields.texts("scopes", Scope.values().length, 20);
        if (words.isEmpty()) {
            fields.refuse("scopes", "missing", "names at least one of " + Scope.words());
        }
        var scopes = EnumSet.noneOf(Scope.class);
        for (var word : words) {
            try {
                scopes.add(Scope.parse(word));
            } catch (IllegalArgumentException unknown) {
                fields.refuse("scopes", "format", "'" + word + "' " + unknown.getMessage());
            }
        }
        return granted(scopes, fields, caller);
    }

    private static Set<Scope> granted(Set<Scope> scopes, JsonFields fields, Caller caller) {
        for (var scope : scopes) {
            if (!caller.scopes().contains(scope)) {
                fields.refuse(
                        "scopes",
                        "not_granted",
                        "has '" + scope.word() + "', which your own token does not have");
            }
        }
        return scopes;
    }

    @Operation(summary = "Lists tokens, the newest first, without the tokens themselves.")
    @GetMapping
    Page<TokenView> list(@AuthenticationPrincipal Caller caller, HttpServletRequest request) {
        var errors = new FieldErrors();
        var query = QueryFields.of(request, errors);
        var limit = query.whole("limit", 1, 200, 50);
        var after = query.parsed("cursor", text -> UUID.fromString(Cursor.after("tokens", text)));
        query.refuseUnknown();
        errors.refuseIfAny();
        var found = tokens.list(caller, after, limit + 1);
        if (found.size() <= limit) {
            return new Page<>(found, null);
        }
        var items = found.subList(0, limit);
        return new Page<>(items, Cursor.of("tokens", items.getLast().id().toString()));
    }

    @Operation(summary = "Revokes a token; repeatable.")
    @ApiResponse(responseCode = "204", description = "It opens nothing any more.")
    @DeleteMapping("/{token}")
    ResponseEntity<Void> revoke(@AuthenticationPrincipal Caller caller, @PathVariable UUID token) {
        if (!tokens.revoke(caller, token)) {
            throw Problem.of(
                            type("token-unknown"),
                            HttpStatus.NOT_FOUND,
                            "No such token",
                            "There is no token with the id '" + token + "'.")
                    .exception();
        }
        return ResponseEntity.noContent().build();
    }

    /** The body that makes a token. */
    @Schema(name = "NewToken", requiredProperties = "name")
    record NewToken(
            String name,
            @ArraySchema(
                            arraySchema =
                                    @Schema(
                                            description =
                                                    "`read` and `submit` unless given; at most those of your own token."),
                            schema =
                                    @Schema(
                                            allowableValues = {
                                                "read", "submit", "operate", "admin"
                                            }))
                    @Nullable List<String> scopes,
            @Nullable Instant expiresAt) {}

    /** A token that was just made. */
    record MadeToken(
            UUID id,
            String name,
            @ArraySchema(schema = @Schema(allowableValues = {"read", "submit", "operate", "admin"}))
                    List<String> scopes,
            String token,
            Instant createdAt,
            @Nullable Instant expiresAt) {

        /** Leaves out the token. */
        @Override
        public String toString() {
            return "MadeToken[" + id + "]";
        }
    }

    /** A token as far as it is stored. */
    record TokenView(
            UUID id,
            String name,
            @ArraySchema(schema = @Schema(allowableValues = {"read", "submit", "operate", "admin"}))
                    List<String> scopes,
            Instant createdAt,
            @Schema(description = "Who made it; not known of tokens of earlier releases.")
                    @Nullable String createdBy,
            @Schema(description = "To within ten minutes.") @Nullable Instant lastUsedAt,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt) {}
}
