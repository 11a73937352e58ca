package dev.kohakku.dispatcher.backend.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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

    static Optional<Entry> find(long pid) {
        try {
            return parse(pid, Files.readString(PROC.resolve(pid + "/stat")));
        } catch (IOException e) {
            return Optional.empty();
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

    static boolean isAlive(long pid, long start) {
        return find(pid).filter(entry -> entry.start() == start && entry.isAlive()).isPresent();
    }

    /**
     * The live processes of the group that the process {@code leader}, begun at {@code start},
     * made.
     */
    static List<Entry> group(long leader, long start) {
        // why: its id and its group's are free for others only once both are gone.
        if (find(leader).filter(entry -> entry.start() != start).isPresent()) {
            return List.of();
        }
        try (var processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            var members = new ArrayList<Entry>();
            for (var process : processes) {
                find(Long.parseLong(process.getFileName().toString()))
                        .filter(Entry::isAlive)
                        .filter(entry -> entry.group() == leader && entry.session() == leader)
                        .filter(entry -> entry.start() >= start)
                        .ifPresent(members::add);
            }
            return members;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
