package dev.kohakku.e2e.cluster;

import dev.kohakku.e2e.proxy.BytesProxy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * A Controller and its ways to others.
 *
 * @param process the process
 * @param url where it is reached directly
 * @param redis its way to Redis
 * @param postgres its way to Postgres
 */
public record ControllerNode(ServiceProcess process, URI url, BytesProxy redis, BytesProxy postgres)
        implements AutoCloseable {

    /** Forgets every trap on its ways. */
    public void disarmAll() {
        redis.disarmAll();
        postgres.disarmAll();
    }

    /**
     * The sum of a metric's series.
     *
     * @param name with the brace that follows
     * @param label what a series has to contain
     */
    public double metrics(String name, String label) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(url.resolve("/actuator/prometheus"))
                        .header("Authorization", "Bearer " + Cluster.TOKEN)
                        .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofLines())
                    .body()
                    .filter(line -> line.startsWith(name) && line.contains(label))
                    .mapToDouble(
                            line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    @Override
    public void close() throws IOException {
        process.close();
        redis.close();
        postgres.close();
    }
}
