package dev.kohakku.e2e.upgrade;

import dev.kohakku.e2e.cluster.Cluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of whichever Controller answers, which tries again as clients of an API must. */
final class Client {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<URI> controllers;
    private final HttpClient http = HttpClient.newHttpClient();

    Client(List<URI> controllers) {
        this.controllers = controllers;
    }

    /** Creates what is created at {@code path} and answers its id. */
    String create(String path, Object body) throws InterruptedException {
        return ask("POST", path, JSON.writeValueAsString(body)).get("id").asString();
    }

    JsonNode read(String path) throws InterruptedException {
        return ask("GET", path, "");
    }

    void cancel(String task) throws InterruptedException {
        ask("POST", "/api/v1/tasks/" + task + "/cancel", "");
    }

    private JsonNode ask(String method, String path, String body) throws InterruptedException {
        var key = UUID.randomUUID().toString();
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - end < 0) {
            for (var controller : controllers) {
                var request =
                        HttpRequest.newBuilder(controller.resolve(path))
                                .header("Authorization", "Bearer " + Cluster.TOKEN)
                                .header("Content-Type", "application/json")
                                .header("Idempotency-Key", key)
                                .timeout(Duration.ofSeconds(10))
                                .method(method, BodyPublishers.ofString(body))
                                .build();
                try {
                    var answer = http.send(request, BodyHandlers.ofString());
                    if (answer.statusCode() < 500) {
                        return JSON.readTree(succeeded(path, answer));
                    }
                } catch (IOException away) {
                    // why again: whether it was accepted is not known, and the key makes it one.
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
        }
        throw new AssertionError(path + " was not answered within " + PATIENCE);
    }

    private static String succeeded(String path, HttpResponse<String> answer) {
        if (answer.statusCode() >= 300) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }
}
