package dev.kohakku.controller.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every endpoint of the API has a line of its own kind in the table, and the document says it. */
@ControllerTest
class AccessTableIT {

    @Autowired Environment environment;
    @Autowired RequestMappingHandlerMapping requestMappingHandlerMapping;

    @Test
    void noEndpointIsOpenToWhoeverHasSomeToken() {
        var lineless = new ArrayList<String>();
        requestMappingHandlerMapping
                .getHandlerMethods()
                .forEach((mapping, handler) -> {
                    for (var path : mapping.getPatternValues()) {
                        for (var method : mapping.getMethodsCondition().getMethods()) {
                            var audience = AccessTable.of(method.asHttpMethod(), path);
                            if (audience instanceof Audience.Clients) {
                                lineless.add(method + " " + path + " in " + handler);
                            }
                        }
                    }
                });

        assertThat(lineless).as("name who may call it in AccessTable").isEmpty();
    }

    @Test
    void theDocumentNamesTheScopeOfEachOperation() {
        var paths = TestingClient.of(environment).get("/api/v1/openapi.json").json().get("paths");

        assertThat(paths.at("/~1api~1v1~1tasks/post/security/0/token/0").asString())
                .isEqualTo("submit");
        assertThat(paths.at("/~1api~1v1~1tasks~1{task}/get/security/0/token/0").asString())
                .isEqualTo("read");
        assertThat(paths.at("/~1api~1v1~1tokens/get/security/0/token/0").asString())
                .isEqualTo("admin");
        assertThat(
                        paths.at("/~1api~1v1~1dispatchers~1{id}~1heartbeat~1/post/security/0")
                                .has("dispatcher_key"))
                .isTrue();
    }

    @Test
    void whatAnOperatorDoesToADispatcherIsNotADispatchersOwn() {
        for (var act : List.of("cordon", "drain", "uncordon")) {
            assertThat(AccessTable.of(HttpMethod.POST, "/api/v1/dispatchers/{id}/" + act))
                    .isEqualTo(new Audience.Holders(Scope.OPERATE));
        }
        assertThat(AccessTable.of(HttpMethod.POST, "/api/v1/dispatchers/{id}/heartbeat/"))
                .isEqualTo(new Audience.Dispatchers());
    }
}
