package dev.kohakku.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The directory that a run owns: {@code data/} of the engines, {@code run/} with pids, {@code
 * logs/}, and what was generated once.
 *
 * <p>Owned by a file lock, which the operating system lets go when the launcher ends, however it
 * ends.
 */
final class Home implements AutoCloseable {

    private final Path directory;
    private final FileChannel channel;
    private final FileLock lock;

    private Home(Path directory, FileChannel channel, FileLock lock) {
        this.directory = directory;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Makes the directories and takes the lock; refuses with the other's pid where a run has it.
     */
    static Home claim(Path path) {
        try {
            var directory = Files.createDirectories(path).toRealPath();
            Files.createDirectories(directory.resolve("data"));
            Files.createDirectories(directory.resolve("logs"));
            var run = Files.createDirectories(directory.resolve("run"));
            var channel =
                    FileChannel.open(
                            run.resolve("launcher.lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            var lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new StartRefused(alreadyRunning(directory));
            }
            var home = new Home(directory, channel, lock);
            home.write(
                    run.resolve("launcher.pid"), ProcessHandle.current().pid() + "\n", "rw-r--r--");
            return home;
        } catch (IOException e) {
            throw new StartRefused("KOHAKKU_HOME " + path + " cannot be used: " + e, e);
        }
    }

    private static String alreadyRunning(Path directory) {
        var pid = "unknown";
        try {
            pid = Files.readString(directory.resolve("run/launcher.pid")).strip();
        } catch (IOException e) {
            // The other one has the lock and has not come to write its pid.
        }
        return "Kohakku already runs on "
                + directory
                + " (pid "
                + pid
                + "). Stop it first, or set KOHAKKU_HOME (and CONTROLLER_PORT, DISPATCHER_PORT) for"
                + " another one beside it.";
    }

    Path directory() {
        return directory;
    }

    Path data(String engine) {
        return directory.resolve("data").resolve(engine);
    }

    Path run() {
        return directory.resolve("run");
    }

    Path log(String service) {
        return directory.resolve("logs").resolve(service + ".log");
    }

    /**
     * Lets a pid file be found under the module's name too: {@code dispatcher-service.pid} for
     * {@code dispatcher.pid}, or for the first of several.
     */
    void alsoKnownAs(String service, String module) {
        var link = run().resolve(module + ".pid");
        try {
            if (Files.isSymbolicLink(link)) {
                Files.delete(link);
            }
            if (!module.equals(service)) {
                Files.createSymbolicLink(link, Path.of(service + ".pid"));
            }
        } catch (IOException e) {
            throw new StartRefused("The link " + link + " cannot be made: " + e, e);
        }
    }

    /** Moves the log of the run before aside, one generation deep. */
    void turnLog(String service) {
        try {
            Files.move(
                    log(service),
                    directory.resolve("logs").resolve(service + ".log.1"),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw new StartRefused("The log " + log(service) + " cannot be moved aside: " + e, e);
        }
    }

    /** Replaces the file as a whole, so that a stop at any moment leaves the old or the new one. */
    void write(Path file, String content, String permissions) throws IOException {
        var next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        // Created with its permissions: a secret is never readable by others, not for a moment.
        Files.createFile(
                next,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        Files.writeString(
                next,
                content,
                StandardCharsets.UTF_8,
                StandardOpenOption.WRITE,
                StandardOpenOption.DSYNC);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(run().resolve("launcher.pid"));
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("Cannot release " + directory, e);
        }
    }
}
