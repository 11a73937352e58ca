package dev.kohakku.e2e.race;

import dev.kohakku.e2e.cluster.Cluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/** A client that goes on asking while Controllers die under it, as clients of an API must. */
final class RaceClient {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How far the primary was when it answered last. */
    private static final String LSN = "Kohakku-Lsn";

    private final URI balancer;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private String lsn = "0/0";

    RaceClient(URI balancer) {
        this.balancer = balancer;
    }

    /** Submits and, now and then, cancels; answers the ids of what was accepted. */
    List<String> submit(RandomTask tasks, int number) throws InterruptedException {
        var accepted = new ArrayList<String>();
        for (var i = 0; i < number; i++) {
            var answer = post("/api/v1/tasks", tasks.next(), UUID.randomUUID().toString());
            if (answer.statusCode() != 201) {
                throw new AssertionError(answer.statusCode() + ": " + answer.body());
            }
            var id = JSON.readTree(answer.body()).get("id").asString();
            accepted.add(id);
            if (tasks.isCancelled()) {
                post("/api/v1/tasks/" + id + "/cancel", "", id);
            }
        }
        return accepted;
    }

    /** Starts workflows of one task each; answers the ids of what was accepted. */
    List<String> startWorkflows(RandomTask tasks, int number) throws InterruptedException {
        var accepted = new ArrayList<String>();
        for (var i = 0; i < number; i++) {
            var body =
                    "{\"workflow\": \"SingleDispatch\", \"input\": {\"task\": "
                            + tasks.next()
                            + "}}";
            var answer = post("/api/v1/workflow-instances", body, UUID.randomUUID().toString());
            if (answer.statusCode() != 201) {
                throw new AssertionError(answer.statusCode() + ": " + answer.body());
            }
            accepted.add(JSON.readTree(answer.body()).get("id").asString());
        }
        return accepted;
    }

    /** The newest tasks: whoever answers, what this client has submitted is among them. */
    List<String> newest() throws InterruptedException {
        var answer = answered(to("/api/v1/tasks?limit=100").header(LSN, lsn).GET().build());
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + ": " + answer.body());
        }
        var ids = new ArrayList<String>();
        JSON.readTree(answer.body())
                .get("items")
                .forEach(item -> ids.add(item.get("id").asString()));
        return ids;
    }

    private HttpResponse<String> post(String path, String body, String idempotencyKey)
            throws InterruptedException {
        var answer =
                answered(
                        to(path).header("Content-Type", "application/json")
                                .header("Idempotency-Key", idempotencyKey)
                                .POST(BodyPublishers.ofString(body))
                                .build());
        answer.headers().firstValue(LSN).ifPresent(seen -> lsn = seen);
        return answer;
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(balancer.resolve(path))
                .header("Authorization", "Bearer " + Cluster.TOKEN)
                .timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<String> answered(HttpRequest request) throws InterruptedException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - end < 0) {
            try {
                var answer = http.send(request, BodyHandlers.ofString());
                if (answer.statusCode() < 500) {
                    return answer;
                }
            } catch (IOException away) {
                // why again: whether it was accepted is not known, and the key makes it one task.
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
        throw new AssertionError(request.uri() + " was not answered within " + PATIENCE);
    }
}
