package dev.kohakku.dispatcher.backend.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** Answers a question for a container's log. */
record TestingLog(TestingKubernetes cluster, HttpExchange exchange, Map<String, String> query) {

    /** Sends what there is, and what comes while the container runs if that is asked for. */
    void send(JsonNode pod, int cutAfter) throws IOException, InterruptedException {
        if (pod.at("/status/containerStatuses/0/state").has("waiting")
                || pod.at("/status/containerStatuses").isEmpty()) {
            throw new TestingRefusal(400, "BadRequest", "container \"main\" is waiting to start");
        }
        var since = Instant.parse(query.getOrDefault("sinceTime", "1970-01-01T00:00:00Z"));
        var follows = query.getOrDefault("follow", "false").equals("true");
        var uid = pod.at("/metadata/uid").asString();
        var key =
                TestingObjects.key(
                        "pods",
                        pod.at("/metadata/namespace").asString(),
                        pod.at("/metadata/name").asString());
        exchange.sendResponseHeaders(200, 0);
        int told = 0;
        while (true) {
            var ended = cluster.objects().get(key).map(TestingObjects::hasEnded).orElse(true);
            var lines = cluster.kubelet().linesOf(uid);
            for (var line : lines.subList(told, lines.size())) {
                told++;
                if (!line.at().isBefore(since)) {
                    write(line);
                    if (!follows && cluster.stallsLog()) {
                        exchange.getResponseBody().flush();
                        TimeUnit.MINUTES.sleep(1);
                        return;
                    }
                    if (follows && told == cutAfter) {
                        return;
                    }
                }
            }
            if (!follows || (ended && !cluster.forgetsLogs())) {
                return;
            }
            exchange.getResponseBody().flush();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private void write(TestingKubelet.Line line) throws IOException {
        var text = line.at() + " " + line.text() + (line.isEnded() ? "\n" : "");
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
    }
}
