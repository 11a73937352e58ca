package dev.kohakku.workflow.metrics;

import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Answers {@code GET /actuator/prometheus} as the other services do, and {@code GET /-/healthy}
 * while the process lives. Nothing waits for it: where its port is taken the worker works without,
 * and says so.
 */
@Component
public class MetricsServer implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(MetricsServer.class);
    private static final String PATH = "/actuator/prometheus";

    private final MetricsProperties properties;
    private final PrometheusRegistry registry;
    private @Nullable HTTPServer server;

    MetricsServer(MetricsProperties properties, PrometheusRegistry registry) {
        this.properties = properties;
        this.registry = registry;
    }

    @Override
    public synchronized void start() {
        if (properties.port() < 0) {
            return;
        }
        try {
            var builder = HTTPServer.builder();
            if (!properties.address().isBlank()) {
                builder.inetAddress(InetAddress.getByName(properties.address().strip()));
            }
            server =
                    builder.port(properties.port())
                            .registry(registry)
                            .metricsHandlerPath(PATH)
                            .executorService(Executors.newVirtualThreadPerTaskExecutor())
                            .buildAndStart();
            log.info("metrics are at port {}, {}", server.getPort(), PATH);
        } catch (IOException taken) {
            log.warn(
                    "metrics cannot be shown at port {} (METRICS_PORT; 0 takes any that is free) of"
                            + " {} (METRICS_ADDRESS): {}",
                    properties.port(),
                    properties.address().isBlank() ? "all addresses" : properties.address(),
                    taken.getMessage());
        }
    }

    /** The port it listens on; empty where it does not. */
    public synchronized OptionalInt port() {
        return server == null ? OptionalInt.empty() : OptionalInt.of(server.getPort());
    }

    @Override
    public synchronized void stop() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return server != null;
    }
}
