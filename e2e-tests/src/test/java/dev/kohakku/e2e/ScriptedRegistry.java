package dev.kohakku.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/**
 * An image registry with one image, the test image's own files, whose layer is sent only once a
 * gate opens: so that a pull can be in the middle for as long as a test likes.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/api/">the registry's protocol</a>
 */
final class ScriptedRegistry implements AutoCloseable {

    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    private final HttpServer server;
    private final Payloads.Gate gate;
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final byte[] manifest;
    private final String layer;

    /** why a tag and a file of its own: an engine that knows the layer does not ask for it. */
    private final String tag = UUID.randomUUID().toString();

    private ScriptedRegistry(HttpServer server, Payloads.Gate gate) throws IOException {
        this.server = server;
        this.gate = gate;
        var root = Engine.rootWith("tag", tag);
        layer = blob(gzipped(root));
        var config =
                """
                {"architecture": "amd64", "os": "linux", "config": {},
                 "rootfs": {"type": "layers", "diff_ids": ["%s"]}}
                """
                        .formatted(digest(root));
        manifest =
                """
                {"schemaVersion": 2, "mediaType": "%s",
                 "config": {"mediaType": "%s", "size": %d, "digest": "%s"},
                 "layers": [{"mediaType": "%s", "size": %d, "digest": "%s"}]}
                """
                        .formatted(
                                MANIFEST,
                                CONFIG,
                                config.length(),
                                blob(config.getBytes(StandardCharsets.UTF_8)),
                                LAYER,
                                blobs.get(layer).length,
                                layer)
                        .getBytes(StandardCharsets.UTF_8);
    }

    static ScriptedRegistry serving(Payloads.Gate gate) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var registry = new ScriptedRegistry(server, gate);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v2/", registry::answer);
        server.start();
        return registry;
    }

    /** What tasks name. */
    String image() {
        return "127.0.0.1:" + server.getAddress().getPort() + "/pulled:" + tag;
    }

    /** What the layer waits at. */
    Payloads.Gate gate() {
        return gate;
    }

    private String blob(byte[] content) {
        var digest = digest(content);
        blobs.put(digest, content);
        return digest;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var name = path.substring(path.lastIndexOf('/') + 1);
            if (path.equals("/v2/")) {
                exchange.sendResponseHeaders(200, -1);
            } else if (path.contains("/manifests/")) {
                exchange.getResponseHeaders().set("Docker-Content-Digest", digest(manifest));
                send(exchange, MANIFEST, manifest);
            } else if (blobs.containsKey(name)) {
                if (name.equals(layer)) {
                    gate.await();
                }
                send(exchange, "application/octet-stream", blobs.get(name));
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private static byte[] gzipped(byte[] content) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        return packed.toByteArray();
    }

    private static String digest(byte[] content) {
        try {
            var sum = MessageDigest.getInstance("SHA-256").digest(content);
            return "sha256:" + HexFormat.of().formatHex(sum);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        gate.open();
        server.stop(0);
    }
}
