package dev.kohakku.e2e.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

/** Where a proxy leads. Thread-safe. */
@FunctionalInterface
public interface Upstream {

    /** Opens a connection of its own for each call. */
    SocketChannel connect() throws IOException;

    /** A port of this machine. */
    static Upstream tcp(int port) {
        return () ->
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** A Unix socket, such as the Docker engine's. */
    static Upstream unix(Path socket) {
        return () -> SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /** The first that can be connected to, as a balancer chooses among replicas. */
    static Upstream firstOf(List<Upstream> replicas) {
        return () -> {
            var failure = new IOException("no replica can be connected to");
            for (var replica : replicas) {
                try {
                    return replica.connect();
                } catch (IOException away) {
                    failure.addSuppressed(away);
                }
            }
            throw failure;
        };
    }
}
