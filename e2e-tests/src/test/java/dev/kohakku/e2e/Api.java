package dev.kohakku.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The public API as a client with curl sees it. */
final class Api {

    private static final Set<String> TERMINAL =
            Set.of("COMPLETED", "FAILED", "TIMED_OUT", "CANCELLED");

    private final URI controller;
    private final String token;
    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.builder().build();

    Api(URI controller, String token) {
        this.controller = controller;
        this.token = token;
    }

    HttpResponse<String> call(String method, String path, String body)
            throws IOException, InterruptedException {
        return call(method, path, body, null);
    }

    private HttpResponse<String> call(String method, String path, String body, String key)
            throws IOException, InterruptedException {
        var builder =
                HttpRequest.newBuilder(controller.resolve(path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(60))
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        if (key != null) {
            builder.header("Idempotency-Key", key);
        }
        return http.send(builder.build(), BodyHandlers.ofString());
    }

    JsonNode read(String path) throws IOException, InterruptedException {
        var response = call("GET", path, null);
        assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
        return json.readTree(response.body());
    }

    /** Submits a task and answers its id. */
    String submit(String body) throws IOException, InterruptedException {
        var response = call("POST", "/api/v1/tasks", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return json.readTree(response.body()).get("id").asString();
    }

    /** The same for who repeats what a balancer could not bring to its end, under one key. */
    String submitWithPatience(String body) {
        var key = UUID.randomUUID().toString();
        var answer = new AtomicReference<HttpResponse<String>>();
        await().alias("a task is accepted")
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    answer.set(call("POST", "/api/v1/tasks", body, key));
                    return answer.get().statusCode() < 500;
                });
        assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(201);
        return json.readTree(answer.get().body()).get("id").asString();
    }

    JsonNode task(String id) throws IOException, InterruptedException {
        return read("/api/v1/tasks/" + id);
    }

    String state(String id) {
        try {
            return task(id).get("state").asString();
        } catch (IOException controllerIsAway) {
            return "UNKNOWN";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    boolean hasEnded(String id) {
        return TERMINAL.contains(state(id));
    }

    void awaitState(String id, String state) {
        await().alias("task " + id + " is " + state)
                .atMost(Duration.ofSeconds(60))
                .until(() -> state(id).equals(state));
    }

    /** Waits until the timeline of a task has the word anywhere. */
    void awaitEvent(String id, String word) {
        await().alias("the timeline of " + id + " has " + word)
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> read("/api/v1/tasks/" + id + "/events").toString().contains(word));
    }

    /** Waits for the end and answers the task. */
    JsonNode awaitEnd(String id) throws IOException, InterruptedException {
        await().alias("task " + id + " has ended")
                .atMost(Duration.ofSeconds(120))
                .until(() -> hasEnded(id));
        return task(id);
    }

    String logs(String id) throws IOException, InterruptedException {
        var response = call("GET", "/api/v1/tasks/" + id + "/logs", null);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    /**
     * Follows the log until the server says it has ended, and answers the events as lines of the
     * protocol.
     */
    List<String> follow(String id, String lastEventId) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(
                                controller.resolve("/api/v1/tasks/" + id + "/logs?follow=true"))
                        .header("Authorization", "Bearer " + token)
                        .timeout(Duration.ofSeconds(120));
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        return http.send(request.build(), BodyHandlers.ofLines()).body().toList();
    }
}
