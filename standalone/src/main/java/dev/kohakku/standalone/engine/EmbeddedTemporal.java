package dev.kohakku.standalone.engine;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.temporal.internal.testservice.GRPCServerHelper;
import io.temporal.internal.testservice.TestServicesStarter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Temporal's test server in this JVM, on the loopback interface and on real time. Everything in it
 * is in memory and ends with it. Thread-safe.
 */
public final class EmbeddedTemporal implements AutoCloseable {

    private static final String HOST = "127.0.0.1";

    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    private final TestServicesStarter services;
    private final Server server;

    private EmbeddedTemporal(TestServicesStarter services, Server server) {
        this.services = services;
        this.server = server;
    }

    /** Starts on a free port. */
    public static EmbeddedTemporal start() {
        return start(0);
    }

    /**
     * Starts with the namespace {@code default}.
     *
     * @param port 0 for a free one
     */
    public static EmbeddedTemporal start(int port) {
        if (port != 0) {
            requireUnused(port);
        }
        // Locked time: a workflow that waits for a container waits for it in real time.
        var services = new TestServicesStarter(true, 0);
        // why not by the port alone: that listens on every address, and nobody is asked who he is.
        var builder =
                NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        InsecureServerCredentials.create());
        GRPCServerHelper.registerServicesAndHealthChecks(services.getServices(), builder);
        try {
            return new EmbeddedTemporal(
                    services, builder.intercept(new SharedQueuesOnly()).build().start());
        } catch (IOException e) {
            services.close();
            throw new EngineException("Temporal: cannot listen on port " + port, e);
        }
    }

    /** The server below turns a port in use into an error that names no port. */
    private static void requireUnused(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new EngineException("Temporal: port " + port + " is in use", e);
        }
    }

    /** Such as {@code 127.0.0.1:7233}. */
    public String address() {
        return HOST + ":" + port();
    }

    public int port() {
        return server.getPort();
    }

    /** Idempotent. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        services.close();
    }
}
