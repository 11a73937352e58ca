package dev.kohakku.controller.access;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.tags.Tag;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

/** Says in the OpenAPI document who may call what, from {@link AccessTable}. */
@Configuration(proxyBeanMethods = false)
class AccessDocument {

    /** The security schemes of the document. */
    private static final String TOKEN = "token";

    private static final String DISPATCHER_KEY = "dispatcher_key";

    /** Of what dispatchers call: it changes with them, without notice. */
    private static final String INTERNAL = "internal";

    @Bean
    OpenApiCustomizer audiences() {
        return document -> {
            document.addTagsItem(
                    new Tag()
                            .name(INTERNAL)
                            .description(
                                    "Between Controller and dispatchers; changes with them, without notice."));
            document.getPaths().forEach((path, item) -> describe(path, item));
        };
    }

    private static void describe(String path, PathItem item) {
        item.readOperationsMap()
                .forEach((method, operation) ->
                        describe(
                                operation,
                                path,
                                AccessTable.of(HttpMethod.valueOf(method.name()), path)));
    }

    private static void describe(Operation operation, String path, Audience audience) {
        if (audience instanceof Audience.Dispatchers || path.endsWith("/callback/")) {
            operation.setTags(List.of(INTERNAL));
        }
        operation.setSecurity(
                switch (audience) {
                    case Audience.Everybody _ -> List.of();
                    case Audience.Dispatchers _ ->
                            List.of(new SecurityRequirement().addList(DISPATCHER_KEY));
                    case Audience.Clients _ -> List.of(new SecurityRequirement().addList(TOKEN));
                    case Audience.Holders(var scope) ->
                            List.of(new SecurityRequirement().addList(TOKEN, scope.word()));
                });
    }
}
