package dev.kohakku.common.telemetry;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Takes spans by OTLP over HTTP as a collector does. It does not decode them: in protobuf an id is
 * its bytes and a name its characters, and both are looked for as such. Thread-safe.
 */
public final class OtlpReceiver implements AutoCloseable {

    private final HttpServer server;
    private final List<String> bodies = new CopyOnWriteArrayList<>();

    private OtlpReceiver(HttpServer server) {
        this.server = server;
    }

    /** Listens on a free port. */
    public static OtlpReceiver start() {
        try {
            var server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            var receiver = new OtlpReceiver(server);
            server.createContext(
                    "/v1/traces",
                    exchange -> {
                        receiver.bodies.add(latin(exchange.getRequestBody().readAllBytes()));
                        exchange.sendResponseHeaders(200, -1);
                        exchange.close();
                    });
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For {@code management.opentelemetry.tracing.export.otlp.endpoint}. */
    public String url() {
        return "http://localhost:" + server.getAddress().getPort() + "/v1/traces";
    }

    /** Whether a span with this name, in this trace, has come. */
    public boolean hasSpan(String traceId, String name) {
        var id = latin(HexFormat.of().parseHex(traceId));
        // why the length before the name: it is no part of another one then.
        var text = (char) name.length() + name;
        return bodies.stream().anyMatch(body -> near(body, id, text));
    }

    /** A span begins with its trace's id; its name follows within a few fields. */
    private static boolean near(String body, String id, String name) {
        for (var at = body.indexOf(id); at >= 0; at = body.indexOf(id, at + 1)) {
            var end = Math.min(body.length(), at + id.length() + 64 + name.length());
            if (body.substring(at, end).contains(name)) {
                return true;
            }
        }
        return false;
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
