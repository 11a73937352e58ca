package dev.kohakku.controller.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;

@ControllerTest
class OpenApiIT {

    @Autowired Environment environment;
    TestingClient stranger;

    @BeforeEach
    void connect() {
        stranger = TestingClient.of(environment).showing("X-Nothing", "here");
    }

    @Test
    void theDocumentSaysWhatIsOnTheWire() {
        var document = stranger.get("/api/v1/openapi.json").json();

        assertThat(document.at("/paths").propertyNames())
                .contains(
                        "/api/v1/tasks",
                        "/api/v1/tasks/{task}",
                        "/api/v1/tasks/{task}/cancel",
                        "/api/v1/tasks/{task}/events",
                        "/api/v1/tasks/{task}/explain",
                        "/api/v1/tasks/{task}/logs",
                        "/api/v1/tasks/{task}/brief",
                        "/api/v1/tokens",
                        "/ready/");
        var task = document.at("/components/schemas/NewTask");
        assertThat(task.get("properties").propertyNames())
                .contains("timeout_seconds", "runtime_target");
        assertThat(task.get("required").toString()).isEqualTo("[\"image\",\"name\"]");
        assertThat(task.at("/properties/completion/enum").toString())
                .isEqualTo("[\"exit_code\",\"agent\"]");
        assertThat(document.at("/components/schemas/TaskView/properties").propertyNames())
                .contains("state", "timeout_seconds", "brief_sha256", "failure", "cancellation")
                .doesNotContain("asked", "become");
        var submit = document.at("/paths/~1api~1v1~1tasks/post");
        assertThat(submit.at("/requestBody/content/application~1json/schema/$ref").asString())
                .endsWith("/NewTask");
        assertThat(submit.at("/responses/default/content").propertyNames())
                .containsExactly("application/problem+json");
        assertThat(submit.at("/security/0").has("token")).isTrue();
        assertThat(document.at("/components/schemas/Problem").toString())
                .contains("\"errors\":{\"type\":\"array\"");
    }

    @Test
    void everyNameInTheDocumentIsInSnakeCase() {
        var names = new ArrayList<String>();
        for (var schema : stranger.get("/api/v1/openapi.json").json().at("/components/schemas")) {
            names.addAll(schema.path("properties").propertyNames());
        }

        assertThat(names).hasSizeGreaterThan(40).allMatch(name -> name.matches("[a-z0-9_]+"));
    }

    @Test
    void everyOperationForPeopleHasASummaryAndTheOthersAreMarked() {
        var internal = new ArrayList<String>();
        var ids = new ArrayList<String>();
        var paths = stranger.get("/api/v1/openapi.json").json().get("paths");
        for (var path : paths.properties()) {
            for (var operation : path.getValue().properties()) {
                var name = operation.getKey() + " " + path.getKey();
                var said = operation.getValue();
                ids.add(said.get("operationId").asString());
                if (said.path("tags").toString().equals("[\"internal\"]")) {
                    internal.add(name);
                } else {
                    assertThat(said.path("summary").asString("")).as(name).isNotBlank();
                }
                assertThat(said.at("/responses").propertyNames()).as(name).hasSizeGreaterThan(1);
            }
        }

        assertThat(internal)
                .containsExactlyInAnyOrder(
                        "post /api/v1/tasks/{task}/attempts/{attempt}/claim/",
                        "post /api/v1/tasks/{task}/attempts/{attempt}/reports/",
                        "post /api/v1/tasks/{task}/callback/",
                        "post /api/v1/dispatchers/checkin/",
                        "post /api/v1/dispatchers/{id}/heartbeat/",
                        "post /api/v1/dispatchers/{id}/leave/",
                        "post /api/v1/dispatchers/{id}/prefetched/",
                        "post /api/v1/dispatchers/{id}/inventory/");
        assertThat(ids).hasSizeGreaterThan(20).doesNotHaveDuplicates();
    }

    @Test
    void everyReferenceInTheDocumentLeadsSomewhere() {
        var answer = stranger.get("/api/v1/openapi.json");
        var document = answer.json();

        var references =
                Pattern.compile("\"\\$ref\":\"#([^\"]+)\"")
                        .matcher(answer.body())
                        .results()
                        .map(match -> match.group(1))
                        .distinct()
                        .toList();

        assertThat(document.get("openapi").asString()).startsWith("3.");
        assertThat(references)
                .hasSizeGreaterThan(5)
                .allSatisfy(place ->
                        assertThat(document.at(place).isMissingNode()).as(place).isFalse());
    }

    @Test
    void thePageToBrowseIsLinkedFromTheStart() {
        assertThat(stranger.get("/").body()).contains("href=\"/docs\"");
        var page = stranger.get("/docs");
        assertThat(page.status()).isEqualTo(302);
        var browsable = stranger.get(page.header("location"));
        assertThat(browsable.status()).isEqualTo(200);
        assertThat(browsable.body()).contains("swagger-ui");
        JsonNode settings = stranger.get("/api/v1/openapi.json/swagger-config").json();
        assertThat(settings.get("url").asString()).isEqualTo("/api/v1/openapi.json");
    }

    @Test
    void whatTheServerRefusesBeforeAnyEndpointIsAProblem() throws IOException {
        assertThat(stranger.get("/api/v1/tasks/%2e%2e%2fx").status()).isIn(400, 401, 404);
        assertThat(stranger.get("/a;b=c//d").problem()).isEqualTo("bad-request");
        assertThat(raw("GET /health/?%zz HTTP/1.1")).contains("alive");
        assertThat(raw("GET /api/v1/tasks?%zz HTTP/1.1"))
                .startsWith("HTTP/1.1 400")
                .contains("problems/bad-request");
        assertThat(raw("GET /api/v1/tasks?<> HTTP/1.1"))
                .startsWith("HTTP/1.1 400")
                .doesNotContainIgnoringCase("tomcat");
    }

    private String raw(String line) throws IOException {
        var address = URI.create(stranger.address());
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            var request =
                    line
                            + "\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Token "
                            + ControllerTest.TOKEN
                            + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
