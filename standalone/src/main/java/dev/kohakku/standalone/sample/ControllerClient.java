package dev.kohakku.standalone.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The part of the public API that the sample uses. Blocking. */
final class ControllerClient {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration FOLLOW_LIMIT = Duration.ofMinutes(5);

    private final HttpClient http;
    private final String url;
    private final String token;
    private final JsonMapper json = JsonMapper.builder().build();

    ControllerClient(HttpClient http, String url, String token) {
        this.http = http;
        this.url = url;
        this.token = token;
    }

    /** The new task's id. */
    String submit(Map<String, Object> body) throws IOException, InterruptedException {
        var request =
                request("/api/v1/tasks")
                        .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)));
        return send(request, 201).path("id").asString();
    }

    JsonNode task(String id) throws IOException, InterruptedException {
        return send(request("/api/v1/tasks/" + id), 200);
    }

    /** The timeline so far, oldest first. */
    List<JsonNode> events(String id) throws IOException, InterruptedException {
        var answer = send(request("/api/v1/tasks/" + id + "/events?limit=200"), 200);
        return new ArrayList<>(answer.path("items").values());
    }

    /**
     * Hands over the text of each log line as it comes; returns when the task has ended and every
     * line is handed over.
     */
    void follow(String id, Consumer<String> line) throws IOException, InterruptedException {
        var request =
                request("/api/v1/tasks/" + id + "/logs?follow=true").timeout(FOLLOW_LIMIT).build();
        var response = http.send(request, HttpResponse.BodyHandlers.ofLines());
        try (var lines = response.body()) {
            lines.filter(text -> text.startsWith("data:"))
                    .map(text -> json.readTree(text.substring(5)))
                    .filter(data -> data.has("text"))
                    .forEach(data -> line.accept(data.path("text").asString()));
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    private JsonNode send(HttpRequest.Builder request, int expected)
            throws IOException, InterruptedException {
        var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != expected) {
            throw new IOException(
                    response.request().method()
                            + " "
                            + response.uri()
                            + " answers "
                            + response.statusCode()
                            + ": "
                            + response.body());
        }
        return json.readTree(response.body());
    }
}
