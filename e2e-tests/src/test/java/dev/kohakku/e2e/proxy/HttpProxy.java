package dev.kohakku.e2e.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A proxy for HTTP/1.1 whose traps know requests from replies. Streamed replies pass as they come;
 * after a switch of protocols all bytes do. Each request has a connection of its own to the server,
 * so that replicas may come and go.
 */
public final class HttpProxy implements AutoCloseable {

    private static final String REFUSAL =
            "{\"message\": \"refused by a test\", \"detail\": \"refused by a test\"}";

    private final Upstream upstream;
    private final Traps traps = new Traps();
    private final ListeningPort port;

    private HttpProxy(Upstream upstream) throws IOException {
        this.upstream = upstream;
        this.port = ListeningPort.open(this::handle);
    }

    /** Listens on a free port of the loopback interface. */
    public static HttpProxy to(Upstream upstream) throws IOException {
        return new HttpProxy(upstream);
    }

    public int port() {
        return port.number();
    }

    /** Sets a trap and answers it. */
    public Trap arm(Trap trap) {
        traps.arm(trap);
        return trap;
    }

    /** Forgets every trap and lets go what they hold. */
    public void disarmAll() {
        traps.disarmAll();
    }

    /** Breaks every connection; new ones may come. */
    public void cut() {
        port.cut();
    }

    private void handle(SocketChannel near) {
        var connection = new Connection(near);
        try {
            connection.serve();
        } catch (IOException gone) {
            // why ignored: either side may go at any time, and then both are closed.
            return;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            connection.drop();
        }
    }

    /** One client's connection. */
    private final class Connection {

        private final SocketChannel near;
        private final InputStream fromNear;
        private final OutputStream toNear;
        private volatile @Nullable SocketChannel far;

        Connection(SocketChannel near) {
            this.near = near;
            this.toNear = Channels.newOutputStream(near);
            this.fromNear = new Arrivals(near, this::drop);
        }

        void serve() throws IOException, InterruptedException {
            for (var head = HttpHead.read(fromNear);
                    head.isPresent();
                    head = HttpHead.read(fromNear)) {
                var body = new ByteArrayOutputStream();
                head.get().passBody(fromNear, body);
                if (!exchange(head.get(), body)) {
                    return;
                }
            }
        }

        /** Whether another request may follow. */
        private boolean exchange(HttpHead request, ByteArrayOutputStream body)
                throws IOException, InterruptedException {
            var text = request.target() + " " + body.toString(StandardCharsets.UTF_8);
            switch (traps.of(Moment.BEFORE_FORWARDING, text)) {
                case IS_DROPPED -> {
                    return false;
                }
                case IS_REFUSED -> {
                    refuse();
                    return true;
                }
                case PASSES, IS_HELD -> {}
            }
            try (var server = upstream.connect()) {
                far = server;
                var toFar = Channels.newOutputStream(server);
                toFar.write(request.bytes());
                body.writeTo(toFar);
                return reply(request, text, Channels.newInputStream(server));
            }
        }

        private boolean reply(HttpHead request, String text, InputStream fromFar)
                throws IOException, InterruptedException {
            var reply = HttpHead.read(fromFar);
            if (reply.isEmpty() || traps.of(Moment.BEFORE_REPLYING, text) == Fate.IS_DROPPED) {
                return false;
            }
            toNear.write(reply.get().bytes());
            if (reply.get().status() == 101) {
                tunnel(fromFar);
                return false;
            }
            if (!request.target().startsWith("HEAD ")) {
                reply.get().passBody(fromFar, toNear);
            }
            return !reply.get().lastsUntilClose();
        }

        private void tunnel(InputStream fromFar) throws IOException {
            var toFar = Channels.newOutputStream(far);
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            fromNear.transferTo(toFar);
                        } catch (IOException gone) {
                            drop();
                        }
                    });
            fromFar.transferTo(toNear);
        }

        private void refuse() throws IOException {
            toNear.write(
                    ("HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: %d\r\n\r\n%s")
                            .formatted(REFUSAL.length(), REFUSAL)
                            .getBytes(StandardCharsets.UTF_8));
        }

        private void drop() {
            ListeningPort.closeQuietly(near);
            ListeningPort.closeQuietly(far);
        }
    }

    @Override
    public void close() throws IOException {
        traps.disarmAll();
        port.close();
    }
}
