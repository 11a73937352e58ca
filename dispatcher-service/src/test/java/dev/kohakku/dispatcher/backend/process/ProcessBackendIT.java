package dev.kohakku.dispatcher.backend.process;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerBackendContract;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerLogsContract.Lines;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.StopProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessBackendIT extends ContainerBackendContract {

    private final ProcessesUnderTest under = (ProcessesUnderTest) under();

    ProcessBackendIT() {
        super(new ProcessesUnderTest());
    }

    private ContainerHandle started(Program program) throws InterruptedException {
        return backend().start(spec(program).build(), YES, StartProgress.NONE);
    }

    private List<String> outputOf(ContainerHandle handle) throws InterruptedException {
        var lines = new Lines();
        assertThat(((ProcessBackend) backend()).logs().read(handle, lines)).isTrue();
        return lines.of(LogStream.STDOUT);
    }

    private AttemptDirectory directoryOf(ContainerHandle handle) throws IOException {
        try (var tree = Files.walk(under.root(), 2)) {
            return new AttemptDirectory(
                    tree.filter(path -> path.endsWith(handle.containerId())).findFirst().get());
        }
    }

    @Test
    void theEnvironmentIsTheTasksOwnAndNotTheDispatchers() throws InterruptedException {
        var handle =
                backend()
                        .start(
                                spec(Program.shell("env")).env("TOKEN", "of the task").build(),
                                YES,
                                StartProgress.NONE);
        assertThat(outputOf(handle))
                .contains("TOKEN=of the task", "PATH=" + Launch.PATH)
                .noneMatch(line -> line.startsWith("JAVA_HOME=") || line.startsWith("USER="));
    }

    @Test
    void secretsAreNowhereOnDiskAndTheDirectoryIsPrivate() throws Exception {
        var handle =
                backend()
                        .start(
                                spec(under.sleeps()).env("TOKEN", "s3cr3t-value").build(),
                                YES,
                                StartProgress.NONE);
        var directory = directoryOf(handle);
        try (var files = Files.walk(directory.path())) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).doesNotContain("s3cr3t-value");
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
                .isEqualTo("rwx------");
        var identity = directory.identity().orElseThrow();
        for (long pid : List.of(identity.command(), identity.supervisor())) {
            assertThat(Files.readString(Path.of("/proc/" + pid + "/cmdline")))
                    .doesNotContain("s3cr3t-value");
        }
    }

    @Test
    void aStopEndsBackgroundJobs() throws Exception {
        var handle = started(Program.shell("sleep 301 & sleep 302 & trap '' TERM; wait; wait"));
        var identity = directoryOf(handle).identity().orElseThrow();
        await().until(() ->
                ProcessTable.session(identity.command(), identity.commandStart()).size() == 3);
        backend().stop(handle, Duration.ofMillis(200), StopProgress.NONE);
        assertThat(ProcessTable.session(identity.command(), identity.commandStart())).isEmpty();
    }

    @Test
    void whatTheCommandLeavesInTheBackgroundEndsWithIt() throws Exception {
        var handle = started(Program.shell("sleep 303 & exit 6"));
        var end = backend().awaitExit(handle);
        var identity = directoryOf(handle).identity().orElseThrow();
        assertThat(end).isInstanceOf(ContainerStatus.Exited.class);
        assertThat(ProcessTable.session(identity.command(), identity.commandStart())).isEmpty();
    }

    /** Puts a sleep into a process group of its own, and its id into a file. */
    private static final String IN_A_GROUP_OF_ITS_OWN =
            "timeout 300 sh -c \"trap '' TERM; echo \\$\\$ >pid.new; mv pid.new pid; exec sleep 304\" & "
                    + "until [ -e pid ]; do sleep 0.05; done; ";

    private static ProcessTable.Entry otherGroupOf(AttemptDirectory directory) throws IOException {
        var file = directory.work().resolve("pid");
        await().until(() -> Files.exists(file));
        var pid = Long.parseLong(Files.readString(file).strip());
        var other = ProcessTable.find(pid).orElseThrow();
        assertThat(other.group()).isNotEqualTo(directory.identity().orElseThrow().command());
        return other;
    }

    /** why not ProcessHandle: to it a zombie that nobody has waited for is alive. */
    private static boolean runs(ProcessTable.Entry process) throws IOException {
        return ProcessTable.isAlive(process.pid(), process.start());
    }

    @Test
    void aStopEndsWhatIsInAnotherGroupOfTheSession() throws Exception {
        var handle = started(Program.shell(IN_A_GROUP_OF_ITS_OWN + "wait; wait"));
        var other = otherGroupOf(directoryOf(handle));
        backend().stop(handle, Duration.ofMillis(200), StopProgress.NONE);
        assertThat(runs(other)).isFalse();
        assertThat(backend().inspect(handle)).isInstanceOf(ContainerStatus.Exited.class);
    }

    @Test
    void whatTheCommandLeavesInAnotherGroupEndsBeforeItsExitIsSaid() throws Exception {
        var handle =
                started(
                        Program.shell(
                                IN_A_GROUP_OF_ITS_OWN
                                        + "until [ -e go ]; do sleep 0.05; done; exit 6"));
        var directory = directoryOf(handle);
        var other = otherGroupOf(directory);
        Files.createFile(directory.work().resolve("go"));
        var end = backend().awaitExit(handle);
        assertThat(runs(other)).isFalse();
        assertThat(((ContainerStatus.Exited) end).result().exitCode()).isEqualTo(6);
    }

    @Test
    void anotherGroupThatOutlivesTheSupervisorIsRunningUntilItIsStopped() throws Exception {
        var handle = started(Program.shell(IN_A_GROUP_OF_ITS_OWN + "wait"));
        var directory = directoryOf(handle);
        var other = otherGroupOf(directory);
        var identity = directory.identity().orElseThrow();
        for (long pid : List.of(identity.supervisor(), identity.command())) {
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        }
        await().until(() -> !ProcessTable.isAlive(identity.command(), identity.commandStart()));
        assertThat(backend().inspect(handle)).isInstanceOf(ContainerStatus.Running.class);
        backend().stop(handle, Duration.ofMillis(200), StopProgress.NONE);
        assertThat(runs(other)).isFalse();
    }

    @Test
    void anEndWithoutAnExitCodeIsMissing() throws Exception {
        var handle = started(under.sleeps());
        var identity = directoryOf(handle).identity().orElseThrow();
        ProcessHandle.of(identity.supervisor()).orElseThrow().destroyForcibly();
        assertThat(backend().inspect(handle)).isInstanceOf(ContainerStatus.Running.class);
        ProcessHandle.of(identity.command()).orElseThrow().destroyForcibly();
        assertThat(backend().awaitExit(handle)).isInstanceOf(ContainerStatus.Missing.class);
    }

    @Test
    void aProcessIdThatIsUsedAgainIsSomebodyElses() throws Exception {
        var handle = started(under.exits(0));
        backend().awaitExit(handle);
        var directory = directoryOf(handle);
        Files.delete(directory.path().resolve("exit"));
        var me = ProcessTable.find(ProcessHandle.current().pid()).orElseThrow();
        var reused =
                "%d %d %d %d %s\n"
                        .formatted(
                                me.pid(),
                                me.start() - 1,
                                me.pid(),
                                me.start() - 1,
                                ProcessTable.bootId());
        Files.writeString(directory.path().resolve("identity"), reused);
        assertThat(backend().inspect(handle)).isInstanceOf(ContainerStatus.Missing.class);
    }

    @Test
    void aDirectoryWithoutASupervisorIsStarted() throws Exception {
        var handle = started(under.exits(0));
        backend().awaitExit(handle);
        var directory = directoryOf(handle);
        for (var file : List.of("exit", "identity", "supervised")) {
            Files.delete(directory.path().resolve(file));
        }
        assertThat(backend().inspect(handle)).isInstanceOf(ContainerStatus.Created.class);
        var again =
                backend()
                        .start(
                                spec(under.exits(9)).attempt(handle.attempt()).build(),
                                YES,
                                StartProgress.NONE);
        assertThat(backend().awaitExit(again))
                .extracting(status -> ((ContainerStatus.Exited) status).result().exitCode())
                .isEqualTo(9);
    }

    @Test
    void aTaskWithoutACommandIsRefusedByTheFieldsName() {
        var spec = spec(new Program(List.of(), Map.of())).build();
        var refusal =
                catchThrowableOfType(
                        BackendException.class,
                        () -> backend().start(spec, YES, StartProgress.NONE));
        assertThat(refusal.kind()).isEqualTo(FailureKind.START_REFUSED);
        assertThat(refusal).hasMessageContaining("command");
    }

    @Test
    void aRootThatCannotBeMadeIsUnhealthyWithTheReason() {
        var settings = new ProcessSettings("/proc/kohakku");
        var broken = new ProcessBackend(settings, "test", "d", java.time.Clock.systemUTC());
        assertThat(broken.health().healthy()).isFalse();
        assertThat(broken.health().reason()).contains("/proc/kohakku");
    }

    @Test
    void eachRunsInADirectoryOfItsOwn() throws InterruptedException {
        var first = started(Program.shell("pwd"));
        var second = started(Program.shell("pwd"));
        backend().awaitExit(first);
        backend().awaitExit(second);
        assertThat(outputOf(first)).hasSize(1).doesNotContainAnyElementsOf(outputOf(second));
    }
}
