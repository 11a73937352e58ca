package dev.kohakku.dispatcher.backend.process;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StopProgress;
import dev.kohakku.dispatcher.backend.StopProgress.Step;
import dev.kohakku.dispatcher.backend.process.AttemptDirectory.Identity;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Ends processes: the whole session, in whichever groups, verified. */
final class ProcessSignals {

    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(30);

    private ProcessSignals() {}

    static void stop(AttemptDirectory directory, Duration grace, StopProgress progress)
            throws InterruptedException {
        try {
            var identity = identity(directory);
            if (identity.isPresent() && isThere(directory, identity.get())) {
                if (!goesByTerm(directory, identity.get(), grace, progress)) {
                    directory.markKilled();
                    signal("KILL", identity.get());
                    progress.reached(Step.KILL_SENT);
                    killUntilGone(directory, identity.get());
                }
            }
            progress.reached(Step.GONE);
        } catch (IOException e) {
            throw BackendException.unknown(directory + " cannot be stopped: " + e.getMessage(), e);
        }
    }

    /** Kills without grace, the supervisor too: its directory is going to be removed. */
    static void annihilate(AttemptDirectory directory) throws IOException, InterruptedException {
        var identity = identity(directory);
        if (identity.isPresent() && identity.get().isOfThisBoot()) {
            if (isThere(directory, identity.get())) {
                directory.markKilled();
                killUntilGone(directory, identity.get());
            }
            var supervisor = identity.get();
            ProcessTable.find(supervisor.supervisor())
                    .filter(entry -> entry.start() == supervisor.supervisorStart())
                    .ifPresent(entry ->
                            ProcessHandle.of(entry.pid())
                                    .ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    /** Who they are, waiting for a start that is just going on. */
    private static Optional<Identity> identity(AttemptDirectory directory)
            throws IOException, InterruptedException {
        var identity = directory.identity();
        while (identity.isEmpty() && directory.status() instanceof ContainerStatus.Running) {
            Thread.sleep(LOOK);
            identity = directory.identity();
        }
        return identity;
    }

    /** Whether anything of it still runs, or its end is not written down yet. */
    private static boolean isThere(AttemptDirectory directory, Identity identity)
            throws IOException {
        return identity.isOfThisBoot()
                && (!identity.processes().isEmpty()
                        || directory.status() instanceof ContainerStatus.Running);
    }

    private static void killUntilGone(AttemptDirectory directory, Identity identity)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + KILL_LIMIT.toNanos();
        while (isThere(directory, identity)) {
            if (System.nanoTime() - end > 0) {
                throw BackendException.refused(
                        FailureKind.BACKEND_ERROR,
                        "%s still runs %ds after KILL"
                                .formatted(directory.path(), KILL_LIMIT.toSeconds()),
                        null);
            }
            // why again: what was being forked into a group of its own was in none we saw.
            signal("KILL", identity);
            Thread.sleep(LOOK);
        }
    }

    /**
     * Whether it has gone within {@code limit} after TERM.
     *
     * <p>why TERM again until it meets a process: a command that has just been forked is not in its
     * own session yet, and would run on until KILL.
     */
    private static boolean goesByTerm(
            AttemptDirectory directory, Identity identity, Duration limit, StopProgress progress)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        boolean reached = false;
        while (isThere(directory, identity)) {
            if (!reached && signal("TERM", identity)) {
                reached = true;
                progress.reached(Step.TERM_SENT);
            }
            if (System.nanoTime() - end > 0) {
                return false;
            }
            Thread.sleep(LOOK);
        }
        return true;
    }

    /** Signals every group of the session, one that is gone too; whether there was any. */
    private static boolean signal(String signal, Identity identity)
            throws IOException, InterruptedException {
        var groups = new TreeSet<Long>();
        for (var process : identity.processes()) {
            groups.add(process.group());
        }
        for (var group : groups) {
            signal(signal, group);
        }
        return !groups.isEmpty();
    }

    private static void signal(String signal, long group) throws IOException, InterruptedException {
        var kill =
                new ProcessBuilder("/bin/sh", "-c", "kill -s \"$0\" -- \"-$1\"", signal, "" + group)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (!kill.waitFor(KILL_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            kill.destroyForcibly();
            throw new IOException("kill(1) hangs");
        }
    }
}
