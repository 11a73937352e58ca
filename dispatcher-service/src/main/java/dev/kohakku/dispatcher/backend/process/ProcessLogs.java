package dev.kohakku.dispatcher.backend.process;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerLogs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.LineAssembler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;

/**
 * Reads the files a process writes to. A line's time is when it was read: the files hold none.
 * Thread-safe.
 */
public final class ProcessLogs implements ContainerLogs {

    private static final Duration LOOK = Duration.ofMillis(50);

    /** What is still not started then, one and a half seconds on, has no output. */
    private static final int LOOKS_WITHOUT_START = 30;

    private static final int PIECE = 65_536;

    private final Function<ContainerHandle, AttemptDirectory> directories;
    private final Clock clock;

    ProcessLogs(Function<ContainerHandle, AttemptDirectory> directories, Clock clock) {
        this.directories = directories;
        this.clock = clock;
    }

    @Override
    public boolean read(ContainerHandle handle, Lines lines) throws InterruptedException {
        var directory = directories.apply(handle);
        try (var stdout = new Tail(LogStream.STDOUT, directory.stdout(), lines);
                var stderr = new Tail(LogStream.STDERR, directory.stderr(), lines)) {
            var looksWithoutStart = 0;
            while (true) {
                // why before reading: what is written before the end is read after this.
                var status = directory.status();
                boolean out = stdout.readOn();
                boolean err = stderr.readOn();
                switch (status) {
                    case ContainerStatus.Exited _ -> {
                        stdout.finish();
                        stderr.finish();
                        return true;
                    }
                    case ContainerStatus.Failed _, ContainerStatus.Missing _ -> {
                        return false;
                    }
                    case ContainerStatus.Created _ -> {
                        if (++looksWithoutStart == LOOKS_WITHOUT_START) {
                            return true;
                        }
                        Thread.sleep(LOOK);
                    }
                    case ContainerStatus.Running _ -> {
                        if (!out && !err) {
                            Thread.sleep(LOOK);
                        }
                    }
                }
            }
        } catch (NoSuchFileException e) {
            return directory.status() instanceof ContainerStatus.Created;
        } catch (IOException e) {
            throw BackendException.unknown("a log cannot be read: " + e.getMessage(), e);
        }
    }

    /** Reads one file as it grows. */
    private final class Tail implements AutoCloseable {

        private final InputStream in;
        private final LineAssembler assembler;
        private final byte[] piece = new byte[PIECE];

        Tail(LogStream stream, Path file, Lines lines) throws IOException {
            this.in = Files.newInputStream(file);
            this.assembler = new LineAssembler(stream, lines);
        }

        /** Reads to the end of what is there; returns whether there was anything. */
        boolean readOn() throws IOException, InterruptedException {
            boolean some = false;
            for (int length = in.read(piece); length > 0; length = in.read(piece)) {
                assembler.append(clock.instant(), piece, 0, length);
                some = true;
            }
            return some;
        }

        void finish() throws InterruptedException {
            assembler.finish(clock.instant());
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
