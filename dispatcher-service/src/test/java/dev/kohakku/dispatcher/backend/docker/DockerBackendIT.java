package dev.kohakku.dispatcher.backend.docker;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import dev.kohakku.common.task.CpuQuantity;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.MemoryQuantity;
import dev.kohakku.common.task.PortMapping;
import dev.kohakku.common.task.Resources;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerBackendContract;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DockerBackendIT extends ContainerBackendContract {

    private DockerEngine engine;

    DockerBackendIT() {
        super(DockerUnderTest.engine());
    }

    @BeforeAll
    static void needsAnEngine() {
        DockerUnderTest.assumeEngine();
    }

    @BeforeEach
    void connect() {
        engine = new DockerEngine(DockerUnderTest.settings(""));
    }

    @AfterEach
    void disconnect() throws IOException {
        engine.close();
    }

    private InspectContainerResponse inspect(ContainerHandle handle) {
        return engine.streams().inspectContainerCmd(handle.containerId()).exec();
    }

    @Test
    void theLabelsAreCompleteAndHoldNoSecret() throws InterruptedException {
        var spec = spec(under().sleeps()).env("TOKEN", "s3cr3t-value").build();
        var container = inspect(backend().start(spec, YES, StartProgress.NONE));
        assertThat(container.getName()).isEqualTo("/" + spec.attempt().containerName());
        assertThat(container.getConfig().getLabels())
                .containsEntry("dev.kohakku.task", spec.attempt().task().toString())
                .containsEntry("dev.kohakku.attempt", "1")
                .containsEntry("dev.kohakku.epoch", "7")
                .containsEntry("dev.kohakku.dispatcher", "dispatcher-under-test")
                .containsEntry("dev.kohakku.deadline", "2030-01-01T00:00:00Z")
                .containsKey("dev.kohakku.installation")
                .doesNotContainValue("s3cr3t-value");
    }

    @Test
    void aContainerIsHardened() throws InterruptedException {
        var host =
                inspect(backend().start(spec(under().sleeps()).build(), YES, StartProgress.NONE))
                        .getHostConfig();
        assertThat(host.getSecurityOpts()).contains("no-new-privileges:true");
        assertThat(host.getPidsLimit()).isEqualTo(512);
        assertThat(host.getPrivileged()).isFalse();
        assertThat(host.getBinds()).isEmpty();
        assertThat(host.getCapDrop()).extracting(Enum::name).contains("NET_RAW", "MKNOD");
        assertThat(host.getRestartPolicy().getName()).isIn("", "no");
        assertThat(host.getAutoRemove()).isFalse();
        assertThat(host.getLogConfig().getType().getType()).isEqualTo("json-file");
        assertThat(host.getExtraHosts()).contains("host.docker.internal:host-gateway");
    }

    @Test
    void limitsReachTheEngineAndSwapIsNoWayAround() throws InterruptedException {
        var resources = new Resources(CpuQuantity.parse("500m"), MemoryQuantity.parse("64Mi"));
        var host =
                inspect(
                                backend()
                                        .start(
                                                spec(under().sleeps()).resources(resources).build(),
                                                YES,
                                                StartProgress.NONE))
                        .getHostConfig();
        assertThat(host.getNanoCPUs()).isEqualTo(500_000_000L);
        assertThat(host.getMemory()).isEqualTo(64L << 20);
        assertThat(host.getMemorySwap()).isEqualTo(64L << 20);
    }

    @Test
    void outOfMemoryOfAChildIsToldToo() throws InterruptedException {
        var program = Program.shell("tail /dev/zero; exit 5");
        var resources = new Resources(null, MemoryQuantity.parse("32Mi"));
        var handle =
                backend()
                        .start(spec(program).resources(resources).build(), YES, StartProgress.NONE);
        var exit = ((ContainerStatus.Exited) backend().awaitExit(handle)).result();
        assertThat(exit.exitCode()).isEqualTo(5);
        assertThat(exit.outOfMemory()).isTrue();
    }

    @Test
    void portsArePublishedOnFreePortsOfTheMachine() throws InterruptedException {
        var udp = new PortMapping(5353, PortMapping.Protocol.UDP);
        var container =
                inspect(
                        backend()
                                .start(
                                        spec(under().sleeps()).port(udp).build(),
                                        YES,
                                        StartProgress.NONE));
        var published =
                container.getNetworkSettings().getPorts().getBindings().get(ExposedPort.udp(5353));
        assertThat(published).hasSize(1);
        assertThat(published[0].getHostIp()).isEqualTo("127.0.0.1");
        assertThat(Integer.parseInt(published[0].getHostPortSpec())).isPositive();
    }

    @Test
    void theEnginesWordsTellWhyACommandWasRefused() throws InterruptedException {
        var spec = spec(under().missing()).build();
        var refusal =
                catchThrowableOfType(
                        BackendException.class,
                        () -> backend().start(spec, YES, StartProgress.NONE));
        assertThat(refusal).hasMessageContaining("no-such-program").hasMessageContaining("exec");
        assertThat(refusal.kind()).isEqualTo(FailureKind.START_REFUSED);
        var left = backend().find(spec.attempt()).orElseThrow();
        assertThat(backend().inspect(left))
                .as("it shows that nothing ran")
                .isInstanceOf(ContainerStatus.Created.class);
    }

    @Test
    void anImageWithoutACommandIsRefusedWhenTheTaskHasNoneEither() throws InterruptedException {
        var spec = spec(new Program(List.of(), Map.of())).build();
        var refusal =
                catchThrowableOfType(
                        BackendException.class,
                        () -> backend().start(spec, YES, StartProgress.NONE));
        assertThat(refusal.kind()).isEqualTo(FailureKind.START_REFUSED);
        assertThat(refusal).message().containsIgnoringCase("no command specified");
        assertThat(backend().find(spec.attempt())).isEmpty();
    }

    @Test
    void anImageThatIsNotThereIsNotFound() {
        var spec =
                ContainerSpecs.spec()
                        .image(ImageReference.parse("kohakku-test/absent:1"))
                        .runs(under().sleeps())
                        .build();
        var refusal =
                catchThrowableOfType(
                        BackendException.class,
                        () -> backend().start(spec, YES, StartProgress.NONE));
        assertThat(refusal.kind()).isEqualTo(FailureKind.IMAGE_NOT_FOUND);
        assertThat(refusal).hasMessageContaining("kohakku-test/absent:1");
    }

    @Test
    void aContainerThatWasMadeAndNeverStartedIsStarted() throws InterruptedException {
        var spec = spec(under().exits(8)).build();
        var handle = backend().start(spec, YES, StartProgress.NONE);
        backend().awaitExit(handle);
        var labels = inspect(handle).getConfig().getLabels();
        backend().destroy(handle);
        engine.streams()
                .createContainerCmd(DockerUnderTest.IMAGE.toString())
                .withName(spec.attempt().containerName())
                .withEntrypoint("sh", "-c", "exit 9")
                .withLabels(labels)
                .exec();
        assertThat(backend().inspect(backend().find(spec.attempt()).orElseThrow()))
                .isInstanceOf(ContainerStatus.Created.class);
        var status = backend().awaitExit(backend().start(spec, YES, StartProgress.NONE));
        assertThat(((ContainerStatus.Exited) status).result().exitCode()).isEqualTo(9);
    }

    @Test
    void aContainerOfAnotherDispatcherIsFoundByItsNameAndUsed() throws Exception {
        var spec = spec(under().sleeps()).build();
        var made = backend().start(spec, YES, StartProgress.NONE);
        var installation = inspect(made).getConfig().getLabels().get("dev.kohakku.installation");
        try (var other = new DockerBackend(DockerUnderTest.settings(""), installation, "another")) {
            assertThat(other.find(spec.attempt())).contains(made);
            assertThat(other.list()).containsExactly(made);
            assertThat(other.start(spec, YES, StartProgress.NONE)).isEqualTo(made);
            assertThat(other.scope()).isEqualTo(backend().scope());
        }
    }

    @Test
    void theCommandReplacesTheImagesEntrypoint() throws InterruptedException {
        var container =
                inspect(backend().start(spec(under().sleeps()).build(), YES, StartProgress.NONE));
        assertThat(container.getConfig().getEntrypoint())
                .containsExactlyElementsOf(under().sleeps().command());
        assertThat(container.getConfig().getCmd()).isNullOrEmpty();
    }
}
