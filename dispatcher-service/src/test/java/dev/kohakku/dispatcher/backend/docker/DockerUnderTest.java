package dev.kohakku.dispatcher.backend.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.dispatcher.backend.BusyboxUnderTest;
import dev.kohakku.dispatcher.backend.ServedBackend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The real engine of this machine, with an image made of a static busybox. Tests are skipped where
 * there is no engine, and fail there with {@code KOHAKKU_REQUIRE_DOCKER=1}.
 */
final class DockerUnderTest implements BusyboxUnderTest {

    static final ImageReference IMAGE = ImageReference.parse("kohakku-test/busybox:2");

    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final List<String> APPLETS =
            List.of("sh", "sleep", "kill", "tail", "env", "id", "echo", "cat", "dd", "yes", "head");

    private final DockerSettings settings;

    private DockerUnderTest(DockerSettings settings) {
        this.settings = settings;
    }

    /** The engine of this machine. */
    static DockerUnderTest engine() {
        return new DockerUnderTest(settings(""));
    }

    /** The same engine at another address. */
    static DockerUnderTest at(String host) {
        return new DockerUnderTest(settings(host));
    }

    static DockerSettings settings(String host) {
        return settings(host, Duration.ofSeconds(20), List.of());
    }

    static DockerSettings settings(
            String host, Duration requestTimeout, List<DockerSettings.Registry> registries) {
        return new DockerSettings(
                host,
                "",
                requestTimeout,
                512,
                false,
                List.of("NET_RAW", "MKNOD", "AUDIT_WRITE", "SETFCAP"),
                null,
                "127.0.0.1",
                registries);
    }

    /** Ends the test where there is no engine to run it on. */
    static void assumeEngine() {
        var health = backend(settings("")).health();
        boolean ready = health.healthy() && Files.isExecutable(BUSYBOX);
        var reason = "no Docker engine with " + BUSYBOX + ": " + health.reason();
        if ("1".equals(System.getenv("KOHAKKU_REQUIRE_DOCKER"))) {
            assertThat(ready).as(reason).isTrue();
        }
        assumeTrue(ready, reason);
        importImage();
    }

    private static DockerBackend backend(DockerSettings settings) {
        return new DockerBackend(settings, "test", "dispatcher-under-test");
    }

    private static synchronized void importImage() {
        try (var engine = new DockerEngine(settings(""))) {
            try {
                engine.streams().inspectImageCmd(IMAGE.toString()).exec();
            } catch (NotFoundException e) {
                importInto(engine.host());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why not by docker-java's command: it cuts a body of unknown length. */
    private static void importInto(URI host) throws IOException {
        var request =
                DockerHttpClient.Request.builder()
                        .method("POST")
                        .path("/images/create?fromSrc=-&repo=" + IMAGE)
                        .bodyBytes(rootfs())
                        .build();
        try (var transport = new ApacheDockerHttpClient.Builder().dockerHost(host).build();
                var response = transport.execute(request)) {
            var words = new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(response.getStatusCode()).as(words).isEqualTo(200);
        }
    }

    private static byte[] rootfs() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            var busybox = new TarArchiveEntry("bin/busybox");
            var content = Files.readAllBytes(BUSYBOX);
            busybox.setSize(content.length);
            busybox.setMode(0755);
            tar.putArchiveEntry(busybox);
            tar.write(content);
            tar.closeArchiveEntry();
            for (var applet : APPLETS) {
                var link = new TarArchiveEntry("bin/" + applet, TarConstants.LF_SYMLINK);
                link.setLinkName("busybox");
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public ServedBackend open(String installation) {
        var backend = new DockerBackend(settings, installation, "dispatcher-under-test");
        return new ServedBackend(backend, backend.logs(), Optional.of(backend.images()));
    }

    @Override
    public boolean makesBeforeStart() {
        return true;
    }

    @Override
    public boolean tellsStreamsApart() {
        return true;
    }

    @Override
    public ImageReference image() {
        return IMAGE;
    }
}
