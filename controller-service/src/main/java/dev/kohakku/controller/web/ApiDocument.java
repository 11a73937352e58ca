package dev.kohakku.controller.web;

import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.task.CpuQuantity;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.MemoryQuantity;
import dev.kohakku.common.task.PortMapping;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.Problems;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The OpenAPI document, made to say what is really on the wire: names in snake_case, values as
 * {@code WireJson} writes them, and problems.
 */
@Configuration(proxyBeanMethods = false)
class ApiDocument {

    private static final String TOKEN = "token";
    private static final String DISPATCHER = "dispatcher_key";

    private static final List<Class<? extends Enum<?>>> LOWER_CASE =
            List.of(RuntimeType.class, CompletionMode.class, PortMapping.Protocol.class);

    static {
        var documents = SpringDocUtils.getConfig();
        for (var text :
                List.of(
                        CpuQuantity.class,
                        MemoryQuantity.class,
                        ImageReference.class,
                        TaskId.class,
                        Duration.class)) {
            documents.replaceWithClass(text, String.class);
        }
    }

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(
                        new Info()
                                .title("Kohakku Controller")
                                .version("v1")
                                .description(
                                        "Tasks go in, run in containers, and come back. Errors are problem documents (RFC 9457).")
                                .license(new License().name("Apache-2.0")))
                .components(
                        new Components()
                                .addSecuritySchemes(
                                        TOKEN,
                                        new SecurityScheme()
                                                .type(SecurityScheme.Type.HTTP)
                                                .scheme("bearer")
                                                .description("An API token."))
                                .addSecuritySchemes(
                                        DISPATCHER,
                                        new SecurityScheme()
                                                .type(SecurityScheme.Type.APIKEY)
                                                .in(SecurityScheme.In.HEADER)
                                                .name(Problems.API_KEY_HEADER)
                                                .description("DISPATCHER_API_KEY.")));
    }

    @Bean
    OpenApiCustomizer asOnTheWire() {
        return document -> {
            document.getComponents().getSchemas().values().forEach(ApiDocument::asWritten);
            document.getPaths().forEach(ApiDocument::complete);
            // why last: what nothing referred to so far would have been dropped.
            document.getComponents().addSchemas("Problem", problem());
        };
    }

    private static Schema<?> problem() {
        var problem = of("object");
        problem.setDescription("RFC 9457; further members depend on the type.");
        for (var member : List.of("type", "title", "detail")) {
            problem.addProperty(member, of("string"));
        }
        problem.addProperty("status", of("integer"));
        problem.addProperty("errors", arrayOf(fieldError()));
        return problem;
    }

    private static Schema<Object> fieldError() {
        var error = of("object");
        List.of("field", "code", "message")
                .forEach(member -> error.addProperty(member, of("string")));
        return error;
    }

    private static Schema<Object> of(String type) {
        var schema = new Schema<Object>();
        schema.setType(type);
        schema.setTypes(Set.of(type));
        return schema;
    }

    private static Schema<Object> arrayOf(Schema<Object> items) {
        var schema = of("array");
        schema.setItems(items);
        return schema;
    }

    @SuppressWarnings({"rawtypes", "unchecked"}) // why: the library's own types are raw
    private static void asWritten(Schema schema) {
        Map<String, Schema> before = schema.getProperties();
        if (before == null) {
            return;
        }
        var properties = new LinkedHashMap<String, Schema>();
        before.forEach((name, property) -> {
            lowerCase(property);
            properties.put(snakeCase(name), property);
        });
        schema.setProperties(properties);
        List<String> required = schema.getRequired();
        if (required != null) {
            schema.setRequired(required.stream().map(ApiDocument::snakeCase).toList());
        }
    }

    @SuppressWarnings({"rawtypes", "unchecked"}) // why: the library's own types are raw
    private static void lowerCase(Schema schema) {
        List<Object> names = schema.getEnum();
        if (names == null) {
            return;
        }
        for (var choice : LOWER_CASE) {
            var constants = Arrays.stream(choice.getEnumConstants()).map(Enum::name).toList();
            if (constants.equals(names)) {
                schema.setEnum(
                        constants.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList());
            }
        }
    }

    static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    private static void complete(String path, PathItem item) {
        item.readOperationsMap().forEach((method, operation) -> complete(path, method, operation));
    }

    private static void complete(String path, PathItem.HttpMethod method, Operation operation) {
        operation
                .getResponses()
                .addApiResponse(
                        "default",
                        new ApiResponse()
                                .description("A problem; docs/api.md lists every type.")
                                .content(
                                        new Content()
                                                .addMediaType(
                                                        "application/problem+json",
                                                        new MediaType()
                                                                .schema(
                                                                        new Schema<>()
                                                                                .$ref(
                                                                                        "Problem")))));
        if (method == PathItem.HttpMethod.GET
                && path.startsWith("/api/v1/dispatchers")
                && operation.getSummary() == null) {
            operation.setSummary("Lists every dispatcher that ever checked in.");
        }
    }
}
