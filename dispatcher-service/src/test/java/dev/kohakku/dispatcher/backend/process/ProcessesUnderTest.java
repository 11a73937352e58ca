package dev.kohakku.dispatcher.backend.process;

import dev.kohakku.common.task.ImageReference;
import dev.kohakku.dispatcher.backend.BackendUnderTest;
import dev.kohakku.dispatcher.backend.ServedBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Subprocesses under the build's directory. */
final class ProcessesUnderTest implements BackendUnderTest {

    private final Path root;

    ProcessesUnderTest() {
        try {
            var build = Files.createDirectories(Path.of("target"));
            root = Files.createTempDirectory(build, "processes").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path root() {
        return root;
    }

    @Override
    public ServedBackend open(String installation) {
        var backend =
                new ProcessBackend(
                        new ProcessSettings(root.toString()),
                        installation,
                        "dispatcher-under-test",
                        Clock.systemUTC());
        return new ServedBackend(backend, backend.logs(), Optional.empty());
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
        return ImageReference.parse("ignored:1");
    }

    @Override
    public Program exits(int code) {
        return Program.shell("exit " + code);
    }

    @Override
    public Program runs(Duration time) {
        return Program.shell("sleep " + time.toMillis() / 1000.0);
    }

    @Override
    public Program sleeps() {
        return new Program(List.of("sleep", "300"), Map.of());
    }

    @Override
    public Program ignoresTerm() {
        return Program.shell("trap '' TERM; while :; do sleep 0.1; done");
    }

    @Override
    public Program isKilled() {
        return Program.shell("kill -9 $$");
    }

    @Override
    public Program exceedsMemory() {
        return Program.shell("tail /dev/zero");
    }

    @Override
    public Program missing() {
        return new Program(List.of("no-such-program"), Map.of());
    }

    @Override
    public Program prints(int lines) {
        return Program.shell(
                "i=1; while [ $i -le %d ]; do echo line $i; i=$((i+1)); done; printf end"
                        .formatted(lines));
    }

    @Override
    public Program printsSlowly() {
        return Program.shell("echo first; sleep 1; echo to stderr >&2; echo second");
    }
}
