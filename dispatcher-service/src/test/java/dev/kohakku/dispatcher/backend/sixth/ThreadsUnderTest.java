package dev.kohakku.dispatcher.backend.sixth;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.dispatcher.backend.BackendUnderTest;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.ServedBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Programs for threads. */
final class ThreadsUnderTest implements BackendUnderTest {

    private final Map<String, ThreadContainer.Program> programs = new ConcurrentHashMap<>();
    private final Map<ThreadBackend.Name, ThreadContainer> engine = new ConcurrentHashMap<>();

    @Override
    public ServedBackend open(String installation) {
        var backend = new ThreadBackend(programs, engine, installation);
        return new ServedBackend(backend, backend, Optional.empty());
    }

    private Program program(String name, ThreadContainer.Program program) {
        programs.put(name, program);
        return new Program(List.of(name), Map.of());
    }

    /** Waits this long, or for TERM. */
    private static void pass(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }

    @Override
    public ImageReference image() {
        return ImageReference.parse("threads:1");
    }

    @Override
    public Program exits(int code) {
        return program("exits-" + code, self -> code);
    }

    @Override
    public Program runs(Duration time) {
        return program(
                "runs-" + time,
                self -> {
                    pass(time);
                    return 0;
                });
    }

    @Override
    public Program sleeps() {
        return runs(Duration.ofHours(1));
    }

    @Override
    public Program ignoresTerm() {
        return program(
                "deaf",
                self -> {
                    while (self.status() instanceof ContainerStatus.Running) {
                        LockSupport.parkNanos(1_000_000);
                    }
                    return 0;
                });
    }

    @Override
    public Program isKilled() {
        return exits(137);
    }

    @Override
    public Program exceedsMemory() {
        return exits(1);
    }

    @Override
    public Program missing() {
        return new Program(List.of("no-such-program"), Map.of());
    }

    @Override
    public Program prints(int lines) {
        return program(
                "prints-" + lines,
                self -> {
                    for (int i = 1; i <= lines; i++) {
                        self.print(LogStream.STDOUT, "line " + i);
                    }
                    self.print(LogStream.STDOUT, "end");
                    return 0;
                });
    }

    @Override
    public Program printsSlowly() {
        return program(
                "prints slowly",
                self -> {
                    self.print(LogStream.STDOUT, "first");
                    pass(Duration.ofSeconds(1));
                    self.print(LogStream.STDERR, "to stderr");
                    self.print(LogStream.STDOUT, "second");
                    return 0;
                });
    }
}
