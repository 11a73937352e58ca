package dev.kohakku.standalone.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SampleImageIT {

    @Test
    void theImageThatIsMadeHereRunsAShell() throws Exception {
        var engine = DockerEngine.answering(System.getenv());
        if (engine.isEmpty() && "1".equals(System.getenv("KOHAKKU_REQUIRE_DOCKER"))) {
            throw new IllegalStateException(
                    "KOHAKKU_REQUIRE_DOCKER=1, but no Docker engine answers");
        }
        assumeTrue(engine.isPresent(), "needs a Docker engine");
        assumeTrue(
                onPath("docker"), "needs the docker command to look at the engine past our client");

        var image = SampleImage.in(engine.get());

        assertThat(engine.get().hasImage(image.name())).isTrue();
        assertThat(
                        run(
                                "docker",
                                "run",
                                "--rm",
                                "--network",
                                "none",
                                image.name(),
                                "sh",
                                "-c",
                                "echo alive"))
                .isEqualTo("alive\n");
    }

    @Test
    void anEngineThatIsNotThereIsNoEngine() throws IOException {
        int closed;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }

        assertThat(DockerEngine.answering(Map.of("DOCKER_HOST", "tcp://127.0.0.1:" + closed)))
                .isEmpty();
        assertThat(DockerEngine.answering(Map.of("DOCKER_HOST", "unix:///nowhere/docker.sock")))
                .isEmpty();
        assertThat(DockerEngine.answering(Map.of("DOCKER_HOST", "ssh://elsewhere"))).isEmpty();
    }

    private static boolean onPath(String program) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + program)
                        .redirectErrorStream(true)
                        .start()
                        .waitFor()
                == 0;
    }

    private static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
