package dev.kohakku.dispatcher.backend.process;

import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.ExitResult;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of an attempt's process, on disk: any dispatcher can read how it stands. Files
 * appear complete, by rename.
 *
 * @param path {@code <root>/<installation>/<container name>}
 */
record AttemptDirectory(Path path) {

    /** A supervisor that has not said who it is by then has died before it could. */
    private static final Duration BIRTH = Duration.ofSeconds(10);

    private static final int BY_KILL = 137;

    /**
     * Who the processes are.
     *
     * @param command the command's id, also that of its session
     * @param commandStart its start time
     * @param supervisor the supervisor's id
     * @param supervisorStart its start time
     * @param bootId the run of the kernel in which these mean anything
     */
    record Identity(
            long command, long commandStart, long supervisor, long supervisorStart, String bootId) {

        boolean isOfThisBoot() throws IOException {
            return bootId.equals(ProcessTable.bootId());
        }

        boolean isSupervised() throws IOException {
            return ProcessTable.isAlive(supervisor, supervisorStart);
        }

        /** What lives of the command and of what it left in its session. */
        List<ProcessTable.Entry> processes() throws IOException {
            return isOfThisBoot() ? ProcessTable.session(command, commandStart) : List.of();
        }
    }

    Path work() {
        return path.resolve("work");
    }

    Path stdout() {
        return path.resolve("stdout");
    }

    Path stderr() {
        return path.resolve("stderr");
    }

    Path script() {
        return path.resolve("supervise.sh");
    }

    boolean exists() {
        return Files.isDirectory(path);
    }

    Optional<Identity> identity() throws IOException {
        return content("identity")
                .map(text -> text.split(" ", -1))
                .filter(fields -> fields.length == 5)
                .map(fields ->
                        new Identity(
                                Long.parseLong(fields[0]),
                                Long.parseLong(fields[1]),
                                Long.parseLong(fields[2]),
                                Long.parseLong(fields[3]),
                                fields[4]));
    }

    private Optional<Integer> exitCode() throws IOException {
        return content("exit").map(Integer::valueOf);
    }

    private Optional<String> content(String name) throws IOException {
        try {
            return Optional.of(Files.readString(path.resolve(name)).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Takes the lock of supervisors, so that none can start any more.
     *
     * @return false where one has it already
     */
    boolean forbidSupervisor() throws IOException {
        try {
            Files.createFile(supervised());
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private Path supervised() {
        return path.resolve("supervised");
    }

    /** Remembers that a stop reached KILL, so that an end without an exit code is explained. */
    void markKilled() throws IOException {
        Files.writeString(path.resolve("killed"), "");
    }

    /** How the process stands now. */
    ContainerStatus status() {
        try {
            if (!exists()) {
                return new ContainerStatus.Missing();
            }
            var identity = identity();
            if (identity.isEmpty()) {
                return unborn();
            }
            var startedAt = Files.getLastModifiedTime(path.resolve("identity")).toInstant();
            boolean runs =
                    identity.get().isOfThisBoot()
                            && (identity.get().isSupervised()
                                    || !identity.get().processes().isEmpty());
            // why after the processes: the exit code is written before the last of them goes.
            var code = exitCode();
            if (code.isPresent()) {
                return new ContainerStatus.Exited(startedAt, result(code.get()));
            }
            return runs ? new ContainerStatus.Running(startedAt) : withoutExitCode(startedAt);
        } catch (NoSuchFileException e) {
            // why: destroyed while being looked at.
            return new ContainerStatus.Missing();
        } catch (IOException e) {
            throw BackendException.unknown(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private ContainerStatus unborn() throws IOException {
        var supervised = supervised();
        if (!Files.exists(supervised)) {
            return new ContainerStatus.Created();
        }
        var since = Files.getLastModifiedTime(supervised).toInstant();
        var now = Files.getLastModifiedTime(touched()).toInstant();
        return since.plus(BIRTH).isAfter(now)
                ? new ContainerStatus.Running(since)
                : new ContainerStatus.Missing();
    }

    /** A file as young as it gets, so that two times of one clock, the disk's, are compared. */
    private Path touched() throws IOException {
        return Files.writeString(path.resolve("looked"), "");
    }

    /** Only a stop of ours explains it; otherwise nobody knows how it ended, or it never did. */
    private ContainerStatus withoutExitCode(Instant startedAt) {
        return Files.exists(path.resolve("killed"))
                ? new ContainerStatus.Exited(startedAt, result(BY_KILL))
                : new ContainerStatus.Missing();
    }

    private static ExitResult result(int code) {
        return new ExitResult(code & 0xff, false, null);
    }
}
