package dev.kohakku.dispatcher.backend.docker;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between a backend and the real engine, on a Unix socket of its own, and breaks things on
 * request.
 */
final class TestingEngineProxy implements AutoCloseable {

    private final Path engine;
    private final Path socket;
    private final List<Channel> open = new CopyOnWriteArrayList<>();
    private volatile ServerSocketChannel server;
    private volatile boolean swallowing;

    TestingEngineProxy(URI engine) throws IOException {
        this.engine = Path.of(engine.getPath());
        this.socket = Files.createTempDirectory("kohakku-proxy").resolve("engine.sock");
        comeBack();
    }

    String host() {
        return "unix://" + socket;
    }

    /** Requests pass, answers do not. */
    void swallowAnswers(boolean swallow) {
        swallowing = swallow;
    }

    /** Breaks every connection; new ones may come. */
    void cut() throws IOException {
        for (var each : open) {
            each.close();
        }
        open.clear();
    }

    /** Breaks every connection and takes none. */
    void goAway() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
        cut();
    }

    /** Takes connections again. */
    void comeBack() throws IOException {
        var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        server = listening;
        Thread.ofVirtual().start(() -> accept(listening));
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                var near = listening.accept();
                var far = SocketChannel.open(UnixDomainSocketAddress.of(engine));
                open.add(near);
                open.add(far);
                Thread.ofVirtual().start(() -> pump(near, far, false));
                Thread.ofVirtual().start(() -> pump(far, near, true));
            }
        } catch (IOException e) {
            // The server is closed: it has gone away.
            assertClosed(listening);
        }
    }

    private static void assertClosed(ServerSocketChannel listening) {
        if (listening.isOpen()) {
            throw new IllegalStateException("the proxy broke by itself");
        }
    }

    private void pump(SocketChannel from, SocketChannel to, boolean answers) {
        var buffer = ByteBuffer.allocate(65_536);
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                if (!answers || !swallowing) {
                    while (buffer.hasRemaining()) {
                        to.write(buffer);
                    }
                }
                buffer.clear();
            }
        } catch (IOException e) {
            // Either end is gone; both are closed now.
            buffer.clear();
        }
    }

    @Override
    public void close() throws IOException {
        goAway();
        Files.deleteIfExists(socket.getParent());
    }
}
