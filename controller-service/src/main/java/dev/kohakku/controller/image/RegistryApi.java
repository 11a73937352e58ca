package dev.kohakku.controller.image;

import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.RegistryLogin;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.image.RegistryLogins.RegistryView;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.JsonBody;
import dev.kohakku.controller.web.JsonFields;
import dev.kohakku.controller.web.Page;
import dev.kohakku.controller.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The logins of image registries over HTTP. A password goes in and never comes out. */
@RestController
@RequestMapping(path = "/api/v1/image-registries", produces = MediaType.APPLICATION_JSON_VALUE)
class RegistryApi {

    private static final int LONGEST_USERNAME = 200;

    /** Some registries hand out tokens of several thousand characters. */
    private static final int LONGEST_PASSWORD = 10_000;

    private final RegistryLogins logins;
    private final JsonBody bodies;

    RegistryApi(RegistryLogins logins, JsonBody bodies) {
        this.logins = logins;
        this.bodies = bodies;
    }

    @Operation(
            summary = "Stores the login of an image registry.",
            description = "It replaces the one before, and counts from the next claim on.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = NewLogin.class))))
    @PutMapping(path = "/{address}", consumes = MediaType.APPLICATION_JSON_VALUE)
    RegistryView put(
            @AuthenticationPrincipal Caller caller,
            @PathVariable String address,
            @RequestBody(required = false) byte @Nullable [] body) {
        var errors = new FieldErrors();
        var fields = JsonFields.of(bodies.read(body == null ? new byte[0] : body), "", errors);
        fields.require("username");
        fields.require("password");
        var username = fields.text("username", LONGEST_USERNAME);
        var password = fields.text("password", LONGEST_PASSWORD);
        fields.refuseUnknown();
        var registry = ImageReference.registryAddressOf(address);
        if (registry.isEmpty()) {
            errors.add(
                    "address",
                    "format",
                    "must be a host, with a port where it has one, as in image references");
        }
        errors.refuseIfAny();
        return logins.put(
                caller,
                registry.orElseThrow(),
                new RegistryLogin(String.valueOf(username), String.valueOf(password)));
    }

    @Operation(summary = "Lists the registries with a login, by address, without passwords.")
    @GetMapping
    Page<RegistryView> list(@AuthenticationPrincipal Caller caller) {
        return new Page<>(logins.list(caller), null);
    }

    @Operation(summary = "Forgets the login of a registry.")
    @ApiResponse(responseCode = "204", description = "Pulls go on without it.")
    @DeleteMapping("/{address}")
    ResponseEntity<Void> delete(
            @AuthenticationPrincipal Caller caller, @PathVariable String address) {
        var registry = ImageReference.registryAddressOf(address);
        if (registry.isEmpty() || !logins.delete(caller, registry.get())) {
            throw Problem.of(
                            Problems.type("image-registry-unknown"),
                            HttpStatus.NOT_FOUND,
                            "No such registry",
                            "No login is stored for the image registry '"
                                    + (address.length() > 100
                                            ? address.substring(0, 100) + "…"
                                            : address)
                                    + "'.")
                    .exception();
        }
        return ResponseEntity.noContent().build();
    }

    /** The body that stores a login. */
    @Schema(
            name = "NewRegistryLogin",
            requiredProperties = {"username", "password"})
    record NewLogin(String username, String password) {

        /** Leaves out the password. */
        @Override
        public String toString() {
            return "NewLogin[username=" + username + "]";
        }
    }
}
