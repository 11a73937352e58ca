package dev.kohakku.controller.web;

import dev.kohakku.controller.testing.ControllerTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.env.Environment;

/** A connection to the Controller under test that sends whatever it is told. */
final class RawConnection implements AutoCloseable {

    private static final int MOMENT_MILLIS = 20;

    private final Socket socket;

    RawConnection(Environment environment) throws IOException {
        socket =
                new Socket(
                        "localhost",
                        Integer.parseInt(environment.getRequiredProperty("local.server.port")));
    }

    /** The first lines of a request with the API token, without the empty line at their end. */
    static String head(String line, String... headers) {
        return line
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Authorization: Token "
                + ControllerTest.TOKEN
                + "\r\n"
                + String.join("", headers);
    }

    RawConnection send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends a byte every now and then until something comes back; answers all that does. */
    String trickle(char one) throws IOException {
        socket.setSoTimeout(MOMENT_MILLIS);
        while (true) {
            try {
                var first = socket.getInputStream().read();
                return first < 0 ? "" : (char) first + rest();
            } catch (SocketTimeoutException nothingYet) {
                send(String.valueOf(one));
            }
        }
    }

    /** All that comes until the other side ends the connection, however it does. */
    String rest() throws IOException {
        socket.setSoTimeout(60_000);
        var all = new ByteArrayOutputStream();
        try {
            for (int one; (one = socket.getInputStream().read()) >= 0; ) {
                all.write(one);
            }
        } catch (SocketTimeoutException stillOpen) {
            throw stillOpen;
        } catch (IOException reset) {
            return all.toString(StandardCharsets.US_ASCII);
        }
        return all.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
