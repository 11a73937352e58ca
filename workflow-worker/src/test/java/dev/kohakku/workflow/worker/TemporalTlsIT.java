package dev.kohakku.workflow.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.temporal.TemporalAccess;
import dev.kohakku.workflow.task.ControllerTasks;
import dev.kohakku.workflow.testing.FakeController;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporalTlsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration MOMENT = Duration.ofSeconds(3);

    private final FakeController controller = new FakeController();
    @TempDir private Path directory;
    private Pem server;
    private Pem client;
    private TlsTemporal temporal;

    @BeforeEach
    void start() throws Exception {
        server = Pem.made(directory, "temporal.test");
        client = Pem.made(directory, "worker.test");
        temporal = new TlsTemporal(server, client.certificate());
    }

    @AfterEach
    void stop() {
        temporal.close();
        controller.close();
    }

    @Test
    void aWorkerPollsWithItsCertificateAndItsKeyBehindTheNameInTheServersCertificate()
            throws Exception {
        var worker = worker(server.certificate(), client, "temporal.test", "an-api-key");
        worker.start();

        assertThat(worker.awaitPolling(LIMIT)).isTrue();
        assertThat(temporal.shown()).containsExactly("Bearer an-api-key");
        worker.stop();
    }

    @Test
    void aServerThatIsNotTheOneItClaimsToBeIsToldNothing() throws Exception {
        var worker = worker(client.certificate(), client, "temporal.test", "an-api-key");
        var misnamed = worker(server.certificate(), client, "elsewhere.test", "an-api-key");
        worker.start();
        misnamed.start();

        assertThat(worker.awaitPolling(MOMENT)).isFalse();
        assertThat(misnamed.awaitPolling(MOMENT)).isFalse();
        assertThat(temporal.shown()).isEmpty();
        worker.stop();
        misnamed.stop();
    }

    @Test
    void aWorkerWithAnotherCertificateIsNotServed() throws Exception {
        var worker = worker(server.certificate(), server, "", "");
        worker.start();

        assertThat(worker.awaitPolling(MOMENT)).isFalse();
        assertThat(temporal.shown()).isEmpty();
        worker.stop();
    }

    private TemporalWorker worker(Path ca, Pem own, String serverName, String apiKey) {
        return new TemporalWorker(
                new TemporalProperties(
                        temporal.address(),
                        "default",
                        "tls",
                        "",
                        "",
                        5,
                        Duration.ofMillis(200),
                        Duration.ofSeconds(2)),
                new TemporalAccess(
                        true,
                        ca.toString(),
                        own.certificate().toString(),
                        own.key().toString(),
                        serverName,
                        apiKey),
                new ControllerTasks(controller.properties(), ObservationRegistry.NOOP),
                new SimpleMeterRegistry());
    }
}
