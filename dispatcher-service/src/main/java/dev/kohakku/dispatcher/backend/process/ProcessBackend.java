package dev.kohakku.dispatcher.backend.process;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendHealth;
import dev.kohakku.dispatcher.backend.Capabilities;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartPermit;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.StopProgress;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Subprocesses of the dispatcher's machine. They survive the dispatcher: all that is known of them
 * is in the directories, which any dispatcher of this machine with the same root and installation
 * can take over.
 */
public final class ProcessBackend implements ContainerBackend {

    private static final Pattern NAME = Pattern.compile("kohakku-([0-9a-f-]{36})-([1-9]\\d{0,8})");
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration BIRTH_LOOK = Duration.ofMillis(2);
    private static final Duration BIRTH_LIMIT = Duration.ofSeconds(10);

    private final Path root;
    private final String dispatcher;
    private final ProcessLogs logs;

    /**
     * Touches no disk yet.
     *
     * @param settings where the directories are
     * @param installation whose processes it sees
     * @param dispatcher written into the directories it makes
     * @param clock times the lines of logs
     */
    public ProcessBackend(
            ProcessSettings settings, String installation, String dispatcher, Clock clock) {
        this.root = settings.directory().resolve(installation);
        this.dispatcher = dispatcher;
        this.logs = new ProcessLogs(handle -> directory(handle.attempt()), clock);
    }

    /** The output of these processes. */
    public ProcessLogs logs() {
        return logs;
    }

    @Override
    public RuntimeType type() {
        return RuntimeType.WORKER;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(true, false, false, false, true, true);
    }

    /**
     * A name that lies in the directory itself: whoever reads the same one sees the same processes.
     * Not the machine's: copies of a machine, and containers, may share theirs or have none.
     */
    @Override
    public String scope() {
        try {
            PrivateFiles.directories(root);
            return PrivateFiles.once(root.resolve("scope"), () -> "process-" + UUID.randomUUID());
        } catch (IOException e) {
            throw BackendException.refused(
                    FailureKind.BACKEND_ERROR,
                    "%s cannot be named: %s".formatted(root, PrivateFiles.words(e)),
                    e);
        }
    }

    @Override
    public BackendHealth health() {
        var hindrance = Launch.hindrance();
        if (hindrance.isPresent()) {
            return BackendHealth.unhealthy(hindrance.get());
        }
        try {
            PrivateFiles.directories(root);
            return BackendHealth.HEALTHY;
        } catch (IOException e) {
            return BackendHealth.unhealthy(
                    "%s cannot be used: %s".formatted(root, PrivateFiles.words(e)));
        }
    }

    @Override
    public ContainerHandle start(ContainerSpec spec, StartPermit permit, StartProgress progress)
            throws InterruptedException {
        var directory = directory(spec.attempt());
        Launch.check(spec, directory.work());
        Launch.hindrance()
                .ifPresent(hindrance -> {
                    throw BackendException.refused(FailureKind.BACKEND_ERROR, hindrance, null);
                });
        try {
            PrivateFiles.directories(root);
            var made = isNew(directory);
            if (made || directory.status() instanceof ContainerStatus.Created) {
                // why also when not new: a dispatcher may have died right here. Two supervisors
                // cannot come of it, theirs is a lock of its own.
                furnish(spec, directory);
                if (!permit.isGranted()) {
                    if (made) {
                        removeUnstarted(directory);
                    }
                    throw new StartForbiddenException(spec.attempt());
                }
                Launch.supervisor(spec, directory);
                awaitBirth(directory);
            }
            return handle(spec.attempt());
        } catch (IOException e) {
            throw BackendException.unknown(
                    "%s cannot be started: %s"
                            .formatted(spec.attempt().containerName(), PrivateFiles.words(e)),
                    e);
        }
    }

    /** why the lock first: whoever has it runs the command, and the directory is theirs. */
    private static void removeUnstarted(AttemptDirectory directory) throws IOException {
        if (directory.forbidSupervisor()) {
            PrivateFiles.remove(directory.path());
        }
    }

    private static boolean isNew(AttemptDirectory directory) throws IOException {
        try {
            PrivateFiles.directory(directory.path());
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private void furnish(ContainerSpec spec, AttemptDirectory directory) throws IOException {
        Files.writeString(
                directory.path().resolve("labels"),
                "epoch=%s%ndispatcher=%s%ndeadline=%s%n"
                        .formatted(spec.epoch(), dispatcher, spec.deadline()));
        Files.createDirectories(directory.work());
        for (var file : List.of(directory.stdout(), directory.stderr())) {
            // why not exclusively: somebody else may be starting the same attempt.
            Files.write(file, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private static void awaitBirth(AttemptDirectory directory)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + BIRTH_LIMIT.toNanos();
        while (directory.identity().isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw BackendException.unknown(
                        "the supervisor of %s does not say who it is".formatted(directory.path()),
                        null);
            }
            Thread.sleep(BIRTH_LOOK);
        }
    }

    @Override
    public Optional<ContainerHandle> find(AttemptId attempt) {
        return directory(attempt).exists() ? Optional.of(handle(attempt)) : Optional.empty();
    }

    @Override
    public ContainerStatus inspect(ContainerHandle handle) {
        return directory(handle.attempt()).status();
    }

    @Override
    public ContainerStatus awaitExit(ContainerHandle handle) throws InterruptedException {
        var directory = directory(handle.attempt());
        while (true) {
            var status = directory.status();
            switch (status) {
                case ContainerStatus.Exited _,
                        ContainerStatus.Failed _,
                        ContainerStatus.Missing _ -> {
                    return status;
                }
                case ContainerStatus.Created _, ContainerStatus.Running _ -> Thread.sleep(LOOK);
            }
        }
    }

    @Override
    public void stop(ContainerHandle handle, Duration grace, StopProgress progress)
            throws InterruptedException {
        ProcessSignals.stop(directory(handle.attempt()), grace, progress);
    }

    @Override
    public void destroy(ContainerHandle handle) throws InterruptedException {
        var directory = directory(handle.attempt());
        try {
            if (directory.exists()) {
                ProcessSignals.annihilate(directory);
                PrivateFiles.remove(directory.path());
            }
        } catch (IOException e) {
            throw BackendException.unknown(
                    "%s cannot be removed: %s".formatted(directory.path(), PrivateFiles.words(e)),
                    e);
        }
    }

    @Override
    public List<ContainerHandle> list() {
        var found = new ArrayList<ContainerHandle>();
        if (!Files.isDirectory(root)) {
            return found;
        }
        try (var entries = Files.newDirectoryStream(root)) {
            PrivateFiles.removeLeftovers(root);
            for (var entry : entries) {
                var name = NAME.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    found.add(
                            handle(
                                    new AttemptId(
                                            TaskId.parse(name.group(1)),
                                            Integer.parseInt(name.group(2)))));
                }
            }
            return found;
        } catch (IOException e) {
            throw BackendException.unknown(
                    "%s cannot be listed: %s".formatted(root, PrivateFiles.words(e)), e);
        }
    }

    private AttemptDirectory directory(AttemptId attempt) {
        return new AttemptDirectory(root.resolve(attempt.containerName()));
    }

    private static ContainerHandle handle(AttemptId attempt) {
        return new ContainerHandle(attempt, RuntimeType.WORKER, attempt.containerName());
    }
}
