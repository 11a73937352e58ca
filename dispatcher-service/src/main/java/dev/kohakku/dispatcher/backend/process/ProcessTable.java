package dev.kohakku.dispatcher.backend.process;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's processes, read from {@code /proc} (Linux).
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat</a>
 */
final class ProcessTable {

    private static final Path PROC = Path.of("/proc");
    private static final Path BOOT_ID = PROC.resolve("sys/kernel/random/boot_id");

    /** Where fields stand after the name, which is field 2 and ends with the last ")". */
    private static final int STATE = 0;

    private static final int GROUP = 2;
    private static final int SESSION = 3;
    private static final int START = 19;

    private ProcessTable() {}

    /**
     * A process.
     *
     * @param pid its id, which the kernel uses again some time after its end
     * @param state the kernel's letter
     * @param group its process group
     * @param session its session
     * @param start when it began, in clock ticks after boot: with the id it names a process for
     *     good
     */
    record Entry(long pid, char state, long group, long session, long start) {

        /** Zombies have ended; only their exit code is left. */
        boolean isAlive() {
            return state != 'Z' && state != 'X';
        }
    }

    /** Names this run of the machine's kernel. */
    static String bootId() throws IOException {
        return Files.readString(BOOT_ID).strip();
    }

    /**
     * The process with this id; empty when there is none, or it is one that this user may not look
     * at and so did not start.
     *
     * @throws IOException when that cannot be told
     */
    static Optional<Entry> find(long pid) throws IOException {
        try {
            return parse(pid, Files.readString(PROC.resolve(pid + "/stat")));
        } catch (NoSuchFileException | AccessDeniedException e) {
            return Optional.empty();
        } catch (IOException e) {
            // why looked at again: a process that ends while it is read is an error of reading.
            if (Files.notExists(PROC.resolve(Long.toString(pid)))) {
                return Optional.empty();
            }
            throw new IOException("process " + pid + " cannot be looked at: " + e.getMessage(), e);
        }
    }

    static Optional<Entry> parse(long pid, String stat) {
        int end = stat.lastIndexOf(')');
        if (end < 0) {
            return Optional.empty();
        }
        var fields = stat.substring(end + 1).strip().split(" ", -1);
        if (fields.length <= START) {
            return Optional.empty();
        }
        return Optional.of(
                new Entry(
                        pid,
                        fields[STATE].charAt(0),
                        Long.parseLong(fields[GROUP]),
                        Long.parseLong(fields[SESSION]),
                        Long.parseLong(fields[START])));
    }

    static boolean isAlive(long pid, long start) throws IOException {
        return find(pid).filter(entry -> entry.start() == start && entry.isAlive()).isPresent();
    }

    /**
     * The live processes of the session that the process {@code leader}, begun at {@code start},
     * made, in whichever groups of it they are.
     */
    static List<Entry> session(long leader, long start) throws IOException {
        // why: its id and its session's are free for others only once both are gone.
        if (find(leader).filter(entry -> entry.start() != start).isPresent()) {
            return List.of();
        }
        try (var processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            var members = new ArrayList<Entry>();
            for (var process : processes) {
                find(Long.parseLong(process.getFileName().toString()))
                        .filter(Entry::isAlive)
                        .filter(entry -> entry.session() == leader && entry.start() >= start)
                        .ifPresent(members::add);
            }
            return members;
        } catch (DirectoryIteratorException | NoSuchFileException e) {
            throw new IOException("the processes cannot be listed: " + e.getMessage(), e);
        }
    }
}
