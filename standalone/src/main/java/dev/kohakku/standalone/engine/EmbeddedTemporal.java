package dev.kohakku.standalone.engine;

import io.temporal.testserver.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Temporal's test server in this JVM, on real time. Everything in it is in memory and ends with it.
 * Thread-safe.
 */
public final class EmbeddedTemporal implements AutoCloseable {

    private static final String HOST = "127.0.0.1";

    private final TestServer.PortBoundTestServer server;
    private final int port;

    private EmbeddedTemporal(TestServer.PortBoundTestServer server, int port) {
        this.server = server;
        this.port = port;
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
        int chosen = FreePort.orFree(port);
        requireUnused(chosen);
        // Locked time: a workflow that waits for a container waits for it in real time.
        return new EmbeddedTemporal(TestServer.createPortBoundServer(chosen, true), chosen);
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
        return HOST + ":" + port;
    }

    public int port() {
        return port;
    }

    /** Idempotent. */
    @Override
    public void close() {
        server.close();
    }
}
