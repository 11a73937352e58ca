package dev.kohakku.e2e.cluster;

import dev.kohakku.standalone.engine.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A Redis that is killed, emptied, paused, and set back to what it knew a moment ago. */
public final class RedisServer implements AutoCloseable {

    private static final String FILE = "appendonly.aof";

    private final Path data;
    private final int port = Ports.take();
    private final Watchman watchman;
    private EmbeddedRedis server;

    RedisServer(Path data, Watchman watchman) {
        this.data = data;
        this.watchman = watchman;
        start();
    }

    int port() {
        return port;
    }

    /** As in {@code REDIS_URL}. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Starts it over what it has on disk. Blocks until it answers. */
    public void start() {
        server = EmbeddedRedis.start(data, port);
        watchman.watch(server.pid());
    }

    /** {@code kill -9}; all it has acknowledged is on disk. */
    public void kill() {
        ProcessHandle.of(server.pid())
                .ifPresent(process -> {
                    process.destroyForcibly();
                    process.onExit().join();
                });
    }

    public void pause() {
        Signals.pause(server.pid());
    }

    public void resume() {
        Signals.resume(server.pid());
    }

    /** {@code FLUSHALL}. */
    public void empty() {
        ask("FLUSHALL");
    }

    /** The answer to an inline command, as it comes over the wire. */
    public String ask(String command) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Remembers what is on disk now, for {@link #forgetSinceRemembered}. */
    public void remember() {
        copy(data.resolve(FILE), data.resolve("remembered"));
    }

    /** Dies and comes back without what it has acknowledged since it was told to remember. */
    public void forgetSinceRemembered() {
        kill();
        copy(data.resolve("remembered"), data.resolve(FILE));
        start();
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        server.close();
    }
}
