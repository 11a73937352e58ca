package dev.kohakku.e2e.cluster;

import dev.kohakku.e2e.proxy.BytesProxy;
import dev.kohakku.e2e.proxy.HttpProxy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * A dispatcher and its ways to others.
 *
 * @param id its {@code DISPATCHER_ID}
 * @param process the process
 * @param url where it is reached directly
 * @param controller its way to the Controllers
 * @param engine its way to the Docker engine
 * @param redis its way to Redis
 */
public record DispatcherNode(
        String id,
        ServiceProcess process,
        URI url,
        HttpProxy controller,
        HttpProxy engine,
        BytesProxy redis)
        implements AutoCloseable {

    /** Forgets every trap on its ways. */
    public void disarmAll() {
        controller.disarmAll();
        engine.disarmAll();
        redis.disarmAll();
    }

    /** The value of a gauge without labels. */
    public double metric(String name) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url.resolve("/actuator/prometheus")).build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofLines())
                    .body()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    public void close() throws IOException {
        process.close();
        controller.close();
        engine.close();
        redis.close();
    }
}
