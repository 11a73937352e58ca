package dev.kohakku.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Docker engine itself, asked past the platform: what it says is compared with what the
 * platform says.
 */
final class Engine implements AutoCloseable {

    /** An image with a shell, made here because none can be pulled everywhere. */
    static final String IMAGE = "kohakku-e2e:busybox";

    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private final DockerClient docker;

    private final DockerHttpClient transport;

    private Engine(DockerClient docker, DockerHttpClient transport) {
        this.docker = docker;
        this.transport = transport;
    }

    /**
     * The engine with the image in it. Skips the caller's tests visibly where no engine answers,
     * unless one is required.
     */
    static Engine reachable() throws IOException {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        var transport =
                new ApacheDockerHttpClient.Builder().dockerHost(config.getDockerHost()).build();
        var engine = new Engine(DockerClientImpl.getInstance(config, transport), transport);
        var answers = engine.answers() && Files.exists(BUSYBOX);
        if (!answers && "1".equals(System.getenv("KOHAKKU_REQUIRE_DOCKER"))) {
            throw new IllegalStateException(
                    "KOHAKKU_REQUIRE_DOCKER=1, but no Docker engine answers or there is no static busybox");
        }
        assumeTrue(answers, "needs a Docker engine and a static busybox");
        engine.makeImage();
        return engine;
    }

    private boolean answers() {
        try {
            docker.pingCmd().exec();
            return true;
        } catch (RuntimeException none) {
            return false;
        }
    }

    private void makeImage() throws IOException {
        importRoot(rootWith("image", IMAGE));
    }

    /** The files of the test image as a tar, with one more in the root. */
    static byte[] rootWith(String file, String content) throws IOException {
        var root = Files.createTempDirectory("kohakku-e2e");
        var bin = Files.createDirectories(root.resolve("bin"));
        Files.createDirectories(root.resolve("tmp"));
        Files.writeString(root.resolve(file), content);
        Files.copy(BUSYBOX, bin.resolve("busybox"));
        for (var applet :
                List.of(
                        "sh",
                        "echo",
                        "sleep",
                        "seq",
                        "dd",
                        "wget",
                        "sed",
                        "sha256sum",
                        "true",
                        "cat")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        var tar = Files.createTempFile("kohakku-e2e", ".tar");
        run(List.of("tar", "-C", root.toString(), "-cf", tar.toString(), "."));
        return Files.readAllBytes(tar);
    }

    /** Not by docker-java's own command: it cuts a body of unknown length. */
    private void importRoot(byte[] tar) throws IOException {
        var request =
                DockerHttpClient.Request.builder()
                        .method("POST")
                        .path("/images/create?fromSrc=-&repo=" + IMAGE)
                        .bodyBytes(tar)
                        .build();
        try (var response = transport.execute(request)) {
            var words = new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8);
            if (response.getStatusCode() != 200) {
                throw new IOException(words);
            }
        }
    }

    private static void run(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(command + ": " + output);
        }
    }

    /** A container that is ours by its labels and nobody's by any record, until it is closed. */
    Leaked leak(String installation, String task) {
        var id =
                docker.createContainerCmd(IMAGE)
                        .withName("kohakku-" + task + "-1")
                        .withLabels(
                                Map.of(
                                        "dev.kohakku.installation",
                                        installation,
                                        "dev.kohakku.task",
                                        task,
                                        "dev.kohakku.attempt",
                                        "1",
                                        "dev.kohakku.epoch",
                                        "1"))
                        .withCmd("/bin/sleep", "600")
                        .exec()
                        .getId();
        docker.startContainerCmd(id).exec();
        return new Leaked(id);
    }

    /** A leaked container; closing it removes it. */
    final class Leaked implements AutoCloseable {

        private final String id;

        private Leaked(String id) {
            this.id = id;
        }

        @Override
        public void close() {
            docker.removeContainerCmd(id).withForce(true).exec();
        }

        @Override
        public String toString() {
            return id;
        }
    }

    /** Removes an image, so that the next test pulls it again. */
    void remove(String image) {
        docker.removeImageCmd(image).exec();
    }

    /** The containers of an installation, running or not. */
    List<Container> containersOf(String installation) {
        return docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of("dev.kohakku.installation", installation))
                .exec();
    }

    /**
     * The state the engine gives for a task's container: {@code running}, {@code exited}, … or
     * {@code none}.
     */
    String stateOf(String task, int attempt) {
        return docker
                .listContainersCmd()
                .withShowAll(true)
                .withNameFilter(Set.of("kohakku-" + task + "-" + attempt))
                .exec()
                .stream()
                .findFirst()
                .map(Container::getState)
                .orElse("none");
    }

    /** As an operator's {@code docker rm} does, past the platform. */
    void removeContainer(String task, int attempt) {
        docker.removeContainerCmd("kohakku-" + task + "-" + attempt).exec();
    }

    /** The id and start time of a task's container, to see that it was not restarted. */
    String identityOf(String task, int attempt) {
        var container = docker.inspectContainerCmd("kohakku-" + task + "-" + attempt).exec();
        return container.getId() + " started " + container.getState().getStartedAt();
    }

    @Override
    public void close() throws IOException {
        docker.close();
    }
}
