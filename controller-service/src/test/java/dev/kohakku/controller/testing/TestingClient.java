package dev.kohakku.controller.testing;

import dev.kohakku.common.wire.Problems;
import dev.kohakku.common.wire.WireJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of a Controller under test that sees answers as they are on the wire. */
public final class TestingClient {

    private static final JsonMapper JSON = WireJson.mapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String address;
    private final String header;
    private final String value;

    private TestingClient(String address, String header, String value) {
        this.address = address;
        this.header = header;
        this.value = value;
    }

    /** With the API token. */
    public static TestingClient of(Environment environment) {
        return new TestingClient(
                "http://localhost:" + environment.getRequiredProperty("local.server.port"),
                "Authorization",
                "Token " + ControllerTest.TOKEN);
    }

    /** The same with another header instead of the token. */
    public TestingClient showing(String otherHeader, String otherValue) {
        return new TestingClient(address, otherHeader, otherValue);
    }

    /** The same with the key of dispatchers. */
    public TestingClient asDispatcher() {
        return showing(Problems.API_KEY_HEADER, ControllerTest.DISPATCHER_KEY);
    }

    /** The address of the Controller, without a slash at the end. */
    public String address() {
        return address;
    }

    /** GETs a path. */
    public Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    /** DELETEs a path. */
    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    /** PUTs JSON. */
    public Answer put(String path, String json) {
        return send(
                request(path)
                        .setHeader("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** POSTs JSON; {@code null} for no body. */
    public Answer post(String path, String json, String... headers) {
        var body =
                json == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(json);
        return send(
                request(path, headers).setHeader("Content-Type", "application/json").POST(body));
    }

    /** A request with the client's header, to be completed. */
    public HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(address + path)).header(header, value);
        return headers.length == 0 ? request : request.headers(headers);
    }

    /** Opens a stream of events and reads it in the background. */
    public TestingEvents follow(String path, String... headers) {
        try {
            return new TestingEvents(
                    http.send(
                                    request(path, headers).GET().build(),
                                    HttpResponse.BodyHandlers.ofInputStream())
                            .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends any request. */
    public Answer send(HttpRequest.Builder request) {
        try {
            return new Answer(
                    http.send(
                            request.build(),
                            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** An answer, whole. */
    public record Answer(HttpResponse<String> response) {

        public int status() {
            return response.statusCode();
        }

        public String body() {
            return response.body();
        }

        public JsonNode json() {
            return JSON.readTree(response.body());
        }

        /** The value of a header, empty when it is missing. */
        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The short name at the end of a problem's type. */
        public String problem() {
            if (!header("content-type").startsWith("application/problem+json")) {
                throw new AssertionError(
                        "no problem document: "
                                + status()
                                + " "
                                + header("content-type")
                                + " "
                                + body());
            }
            var type = json().get("type").asString();
            return type.substring(type.lastIndexOf('/') + 1);
        }
    }
}
