package dev.kohakku.dispatcher.backend.process;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerLogsContract.Lines;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dispatcher dies; its processes do not. */
@Timeout(60)
class ProcessBackendFaultIT {

    @TempDir private Path root;

    /** Stands for a dispatcher: starts a process, says so, and waits to be killed. */
    static final class Dispatcher {

        private Dispatcher() {}

        public static void main(String[] args) throws Exception {
            var attempt = new AttemptId(TaskId.parse(args[1]), 1);
            var program =
                    Program.shell(
                            "echo before; until [ -e \"$HOME/go\" ]; do sleep 0.1; done; echo after; exit 5");
            backend(Path.of(args[0]))
                    .start(
                            ContainerSpecs.spec().attempt(attempt).runs(program).build(),
                            YES,
                            StartProgress.NONE);
            System.out.println("started");
            Thread.currentThread().join();
        }
    }

    private static ProcessBackend backend(Path root) {
        return new ProcessBackend(
                new ProcessSettings(root.toString()), "fault", "dispatcher", Clock.systemUTC());
    }

    @Test
    void aProcessOfAKilledDispatcherIsAdoptedWithItsExitCodeAndItsLog() throws Exception {
        var attempt = new AttemptId(new TaskId(UUID.randomUUID()), 1);
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var dispatcher =
                new ProcessBuilder(
                                java,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Dispatcher.class.getName(),
                                root.toString(),
                                attempt.task().toString())
                        .redirectErrorStream(true)
                        .start();
        try (var output = dispatcher.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).isEqualTo("started");
        }
        dispatcher.destroyForcibly().waitFor();

        var backend = backend(root);
        var handle = backend.find(attempt).orElseThrow();
        assertThat(backend.inspect(handle)).isInstanceOf(ContainerStatus.Running.class);
        letItGoOn(handle.containerId());
        assertThat(backend.awaitExit(handle))
                .extracting(status -> ((ContainerStatus.Exited) status).result().exitCode())
                .isEqualTo(5);
        var lines = new Lines();
        assertThat(backend.logs().read(handle, lines)).isTrue();
        assertThat(lines.of(LogStream.STDOUT)).containsExactly("before", "after");
        backend.destroy(handle);
        assertThat(backend.list()).isEmpty();
    }

    /** The program waits for a file in its directory. */
    private void letItGoOn(String name) throws IOException {
        var go = root.resolve("fault").resolve(name).resolve("work").resolve("go");
        Files.createFile(go);
    }
}
