package dev.kohakku.e2e.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BytesProxyTest {

    private ServerSocket echo;
    private BytesProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
        proxy = BytesProxy.to(Upstream.tcp(echo.getLocalPort()));
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                var socket = echo.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void answer(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private Socket client() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static void say(Socket client, String words) throws IOException {
        client.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
    }

    @Test
    void bytesPassInBothDirections() throws IOException {
        try (var client = client()) {
            say(client, "hello");
            assertThat(client.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
        }
    }

    @Test
    void aWordInARequestIsDroppedBeforeTheServerSeesIt() throws IOException {
        var deeds = new AtomicInteger();
        proxy.arm(
                Trap.beforeForwarding("XADD").doing(deeds::incrementAndGet).then(Fate.IS_DROPPED));
        try (var client = client()) {
            say(client, "XADD");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(deeds).hasValue(1);
    }

    @Test
    void aWordCutByThePacketsIsRecognized() throws IOException {
        var trap = proxy.arm(Trap.beforeReplying("XREAD.*task-7").then(Fate.IS_DROPPED));
        try (var client = client()) {
            say(client, "XREAD");
            assertThat(client.getInputStream().readNBytes(5)).asString().isEqualTo("XREAD");
            say(client, " task-7");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(trap.timesSprung()).isEqualTo(1);
    }

    @Test
    void connectionsAreCutAndNewOnesWork() throws IOException {
        try (var client = client()) {
            say(client, "a");
            assertThat(client.getInputStream().read()).isEqualTo('a');
            proxy.cut();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        try (var again = client()) {
            say(again, "b");
            assertThat(again.getInputStream().read()).isEqualTo('b');
        }
    }
}
