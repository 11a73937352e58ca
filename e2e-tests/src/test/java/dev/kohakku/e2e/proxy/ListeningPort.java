package dev.kohakku.e2e.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A port of the loopback interface; each connection to it is handled on a thread of its own. */
final class ListeningPort implements AutoCloseable {

    private final ServerSocketChannel server;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private ListeningPort(ServerSocketChannel server) {
        this.server = server;
    }

    static ListeningPort open(Consumer<SocketChannel> handler) throws IOException {
        var server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var port = new ListeningPort(server);
        Thread.ofVirtual().name("proxy-" + port.number()).start(() -> port.accept(handler));
        return port;
    }

    int number() {
        return server.socket().getLocalPort();
    }

    private void accept(Consumer<SocketChannel> handler) {
        try {
            while (true) {
                var near = server.accept();
                open.add(near);
                Thread.ofVirtual().start(() -> handle(near, handler));
            }
        } catch (IOException closed) {
            cut();
        }
    }

    private void handle(SocketChannel near, Consumer<SocketChannel> handler) {
        try {
            handler.accept(near);
        } finally {
            closeQuietly(near);
            open.remove(near);
        }
    }

    /** Breaks every connection; new ones may come. */
    void cut() {
        open.forEach(ListeningPort::closeQuietly);
    }

    /** Closes a connection, if there is one. Idempotent. */
    static void closeQuietly(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException gone) {
            // why ignored: it is closed, which is all that is wanted.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
