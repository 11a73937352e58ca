package dev.kohakku.dispatcher.backend.docker;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Stands between a backend and the real engine, on a Unix socket of its own, and breaks things on
 * request.
 */
final class TestingEngineProxy implements AutoCloseable {

    private static final String NO_PATH = " nothing ";

    /** How many pieces of an answer pass. */
    private static final int EVERYTHING = -1;

    private static final Pattern REQUEST_LINE = Pattern.compile("^(GET|POST|DELETE|HEAD) (\\S+)");
    private static final byte[] FAILURE =
            """
            HTTP/1.1 500 Internal Server Error\r
            Content-Type: application/json\r
            Content-Length: 26\r
            Connection: close\r
            \r
            {"message":"told to fail"}\
            """
                    .getBytes(StandardCharsets.US_ASCII);

    private final Path engine;
    private final Path socket;
    private final List<Channel> open = new CopyOnWriteArrayList<>();
    private volatile ServerSocketChannel server;
    private volatile boolean swallowing;
    private volatile String silentPath = NO_PATH;
    private volatile int passing;
    private volatile boolean failing;
    private final AtomicInteger silences = new AtomicInteger();

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

    /** Requests to paths with this in them pass, their answers do not. */
    void swallowAnswersOf(String path) {
        passing = 0;
        silentPath = path;
    }

    /** The same, but the heads of the answers pass: streams are open, and silent. */
    void silence(String path) {
        passing = 1;
        silentPath = path;
    }

    /** How many requests were of that kind. */
    int silences() {
        return silences.get();
    }

    /** All answers pass again. */
    void swallowNothing() {
        swallowing = false;
        silentPath = NO_PATH;
    }

    /** Every request is answered with status 500, and does not reach the engine. */
    void failRequests(boolean fail) {
        failing = fail;
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
                var allowed = new AtomicInteger(EVERYTHING);
                Thread.ofVirtual().start(() -> pumpRequests(near, far, allowed));
                Thread.ofVirtual().start(() -> pumpAnswers(far, near, allowed));
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

    private void pumpRequests(SocketChannel near, SocketChannel far, AtomicInteger allowed) {
        pump(
                near,
                far,
                piece -> {
                    var line = REQUEST_LINE.matcher(StandardCharsets.ISO_8859_1.decode(piece));
                    if (line.find()) {
                        var isSilent = line.group(2).contains(silentPath);
                        allowed.set(isSilent ? passing : EVERYTHING);
                        silences.addAndGet(isSilent ? 1 : 0);
                    }
                    if (failing) {
                        near.write(ByteBuffer.wrap(FAILURE));
                        near.shutdownOutput();
                        return false;
                    }
                    return true;
                });
    }

    private void pumpAnswers(SocketChannel far, SocketChannel near, AtomicInteger allowed) {
        pump(far, near, _ -> !swallowing && allowed.getAndUpdate(TestingEngineProxy::less) != 0);
    }

    private static int less(int pieces) {
        return pieces == EVERYTHING ? pieces : Math.max(0, pieces - 1);
    }

    /** Whether what was read is passed on. */
    private interface Passage {
        boolean isOpen(ByteBuffer piece) throws IOException;
    }

    private static void pump(SocketChannel from, SocketChannel to, Passage passage) {
        var buffer = ByteBuffer.allocate(65_536);
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                if (passage.isOpen(buffer.duplicate())) {
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
