package dev.kohakku.dispatcher.backend.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.dispatcher.backend.StopProgress.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stops at moments that the whole backend only meets by chance. */
class ProcessSignalsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir private Path path;

    @Test
    void termReachesACommandThatIsNotInItsSessionYet() throws Exception {
        var command =
                new ProcessBuilder("sh", "-c", "sleep 0.5; exec setsid sleep 300")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            var directory = supervisedBy(command.pid());
            var steps = new ArrayList<Step>();

            ProcessSignals.stop(directory, LONG, steps::add);

            assertThat(steps).containsExactly(Step.TERM_SENT, Step.GONE);
            assertThat(command.isAlive()).isFalse();
        } finally {
            command.destroyForcibly();
        }
    }

    /** The command and its supervisor are one process, which is enough to be told as running. */
    private AttemptDirectory supervisedBy(long pid) throws Exception {
        var start = ProcessTable.find(pid).orElseThrow().start();
        Files.createFile(path.resolve("supervised"));
        Files.writeString(
                path.resolve("identity"),
                "%d %d %d %d %s".formatted(pid, start, pid, start, ProcessTable.bootId()));
        return new AttemptDirectory(path);
    }
}
