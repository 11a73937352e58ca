package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.ImageReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What the contracts need to know of a backend: how to make it, and programs for it to run. */
public interface BackendUnderTest {

    /** A new object on the same engine, as a dispatcher makes one when it starts. */
    ServedBackend open(String installation);

    /**
     * Whether a container can be there and not be started yet. Where it cannot, nothing at all is
     * made before the permit.
     */
    boolean makesBeforeStart();

    /** Whether the engine keeps standard output and error output apart; else all is the former. */
    boolean tellsStreamsApart();

    /** An image the engine has. */
    ImageReference image();

    /** Ends at once with this code. */
    Program exits(int code);

    /** Runs this long, then ends with code 0. */
    Program runs(Duration time);

    /** Runs until it is stopped, and lets TERM end it. */
    Program sleeps();

    /** Runs until it is killed. */
    Program ignoresTerm();

    /** Is ended by signal KILL, not at a memory limit. */
    Program isKilled();

    /** Takes more than 32 MiB of memory. */
    Program exceedsMemory();

    /** Cannot be started. */
    Program missing();

    /** Writes "line 1" to "line n" and then "end" without a line end. */
    Program prints(int lines);

    /** Writes "first", runs for a second, writes "second" and "to stderr" on the other stream. */
    Program printsSlowly();

    /** What to start. */
    record Program(List<String> command, Map<String, String> env) {

        /** A shell's. */
        public static Program shell(String script) {
            return new Program(List.of("sh", "-c", script), Map.of());
        }
    }
}
