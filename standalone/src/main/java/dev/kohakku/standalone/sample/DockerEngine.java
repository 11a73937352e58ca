package dev.kohakku.standalone.sample;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Docker engine, asked over its socket: the few calls that a sample needs. The Dispatcher has the
 * real client.
 *
 * <p>Speaks HTTP/1.0, which an engine answers without chunks and by closing the connection.
 * Thread-safe.
 */
public final class DockerEngine {

    private static final Duration PING_LIMIT = Duration.ofSeconds(3);
    private static final Duration IMPORT_LIMIT = Duration.ofSeconds(60);

    private final String host;
    private final SocketAddress address;

    private DockerEngine(String host, SocketAddress address) {
        this.host = host;
        this.address = address;
    }

    /** An answer of the engine. */
    record Answer(int status, String body) {}

    /**
     * The engine that {@code DOCKER_HOST} names or else the one at the usual places; empty where
     * none answers within three seconds.
     */
    public static Optional<DockerEngine> answering(Map<String, String> environment) {
        return candidates(environment).stream()
                .flatMap(host -> at(host).stream())
                .filter(DockerEngine::answers)
                .findFirst();
    }

    private static List<String> candidates(Map<String, String> environment) {
        var named = environment.getOrDefault("DOCKER_HOST", "");
        if (!named.isBlank()) {
            return List.of(named);
        }
        var candidates = new ArrayList<>(List.of("unix:///var/run/docker.sock"));
        if (environment.containsKey("HOME")) {
            candidates.add("unix://" + environment.get("HOME") + "/.docker/run/docker.sock");
        }
        return candidates;
    }

    private static Optional<DockerEngine> at(String host) {
        if (host.startsWith("unix://")) {
            return Optional.of(
                    new DockerEngine(host, UnixDomainSocketAddress.of(Path.of(host.substring(7)))));
        }
        if (host.startsWith("tcp://")) {
            var uri = URI.create(host);
            return Optional.of(
                    new DockerEngine(host, new InetSocketAddress(uri.getHost(), uri.getPort())));
        }
        return Optional.empty();
    }

    /** As {@code DOCKER_HOST} writes it. */
    public String host() {
        return host;
    }

    private boolean answers() {
        try {
            return call("GET", "/_ping", new byte[0], PING_LIMIT).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    boolean hasImage(String name) throws IOException {
        return call("GET", "/images/" + name + "/json", new byte[0], Duration.ofSeconds(10))
                        .status()
                == 200;
    }

    /** Makes an image of one layer from a tar of its root. */
    void importImage(String name, byte[] tar) throws IOException {
        requireDone(
                call(
                        "POST",
                        "/images/create?fromSrc=-&repo=" + repository(name) + "&tag=" + tag(name),
                        tar,
                        IMPORT_LIMIT));
    }

    void pullImage(String name, Duration limit) throws IOException {
        requireDone(
                call(
                        "POST",
                        "/images/create?fromImage=" + repository(name) + "&tag=" + tag(name),
                        new byte[0],
                        limit));
    }

    private static String repository(String name) {
        return name.substring(0, name.lastIndexOf(':'));
    }

    private static String tag(String name) {
        return name.substring(name.lastIndexOf(':') + 1);
    }

    /** A failure after the first byte is a line of a stream that began with 200. */
    private static void requireDone(Answer answer) throws IOException {
        if (answer.status() != 200 || answer.body().contains("\"errorDetail\"")) {
            throw new IOException(
                    "the engine says " + answer.status() + " " + answer.body().strip());
        }
    }

    private Answer call(String method, String path, byte[] body, Duration limit)
            throws IOException {
        try (var channel = SocketChannel.open(address);
                var thread =
                        Executors.newThreadPerTaskExecutor(
                                Thread.ofPlatform().daemon().factory())) {
            var exchange = thread.submit(() -> exchange(channel, method, path, body));
            try {
                return exchange.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // An interrupt closes the channel that the thread is blocked in.
                exchange.cancel(true);
                throw new IOException(
                        "the engine does not answer within " + limit.toSeconds() + " s", e);
            } catch (ExecutionException e) {
                throw new IOException(e.getCause() == null ? e : e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    private static Answer exchange(SocketChannel channel, String method, String path, byte[] body)
            throws IOException {
        var head =
                method
                        + " "
                        + path
                        + " HTTP/1.0\r\nHost: docker\r\nContent-Type: application/x-tar\r\nContent-Length: "
                        + body.length
                        + "\r\n\r\n";
        var request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        Channels.newOutputStream(channel).write(request.toByteArray());
        var answer =
                new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        int end = answer.indexOf("\r\n\r\n");
        var status = answer.split(" ", 3);
        if (end < 0 || status.length < 3) {
            throw new IOException("no HTTP answer: " + answer);
        }
        return new Answer(Integer.parseInt(status[1]), answer.substring(end + 4));
    }
}
