package dev.kohakku.common.queue.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A way to a Redis on this machine whose open connections can go silent, as they do when a router
 * forgets them: nothing passes and nobody says that they are over. New ones work.
 */
final class TestingSilentPath implements AutoCloseable {

    private final int target;
    private final ServerSocket server;
    private final List<Passage> passages = new CopyOnWriteArrayList<>();

    TestingSilentPath(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    URI url() {
        return URI.create("redis://127.0.0.1:" + server.getLocalPort());
    }

    /** Silences what is open now. */
    void silence() {
        passages.forEach(passage -> passage.silent = true);
    }

    private void accept() {
        try {
            while (true) {
                var passage =
                        new Passage(
                                server.accept(),
                                new Socket(InetAddress.getLoopbackAddress(), target));
                passages.add(passage);
                Thread.startVirtualThread(() -> passage.pass(passage.near, passage.far));
                Thread.startVirtualThread(() -> passage.pass(passage.far, passage.near));
            }
        } catch (IOException closed) {
            passages.forEach(Passage::close);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private static final class Passage {

        private final Socket near;
        private final Socket far;
        private volatile boolean silent;

        Passage(Socket near, Socket far) {
            this.near = near;
            this.far = far;
        }

        void pass(Socket from, Socket to) {
            var piece = new byte[8192];
            try {
                for (int length = from.getInputStream().read(piece);
                        length >= 0;
                        length = from.getInputStream().read(piece)) {
                    if (!silent) {
                        to.getOutputStream().write(piece, 0, length);
                    }
                }
            } catch (IOException over) {
                close();
                return;
            }
            close();
        }

        void close() {
            try (near;
                    far) {
                silent = true;
            } catch (IOException ignored) {
                silent = true;
            }
        }
    }
}
