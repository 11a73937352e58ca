package dev.kohakku.dispatcher.backend.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.ExitResult;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the engine's words on a container's state. */
final class DockerStates {

    /** What runc and the engine say when the fault lies in the command or the image. */
    private static final List<String> COMMAND_FAULTS =
            List.of(
                    "executable file not found",
                    "no such file or directory",
                    "permission denied",
                    "exec format error",
                    "is a directory",
                    "not a directory",
                    "no command specified");

    private DockerStates() {}

    static ContainerStatus of(InspectContainerResponse container) {
        var state = container.getState();
        return switch (String.valueOf(state.getStatus())) {
            case "created" -> new ContainerStatus.Created();
            case "running", "paused", "restarting" -> new ContainerStatus.Running(startedAt(state));
            // why missing: no process of it runs any more, and one that never ran says "exit code
            // 0".
            case "removing", "dead" -> new ContainerStatus.Missing();
            default -> new ContainerStatus.Exited(startedAt(state), result(state));
        };
    }

    private static ExitResult result(ContainerState state) {
        var code = state.getExitCodeLong();
        int exitCode = code == null ? 255 : (int) (code & 0xff);
        // why not at exit code 0: a child was killed, and the program coped and finished its work.
        boolean outOfMemory = Boolean.TRUE.equals(state.getOOMKilled()) && exitCode != 0;
        return new ExitResult(exitCode, outOfMemory, words(state.getError()));
    }

    private static @Nullable String words(@Nullable String error) {
        return error == null || error.isBlank() ? null : error;
    }

    private static Instant startedAt(ContainerState state) {
        var at = state.getStartedAt();
        return at == null || at.isEmpty() ? Instant.EPOCH : Instant.parse(at);
    }

    /**
     * Whether an exit by KILL may still turn out to be the engine's own, at the memory limit: its
     * word on that arrives apart from the exit.
     */
    static boolean mayYetBeOutOfMemory(InspectContainerResponse container) {
        var limit = container.getHostConfig().getMemory();
        return limit != null
                && limit > 0
                && of(container) instanceof ContainerStatus.Exited exited
                && exited.result().exitCode() == 137
                && !exited.result().outOfMemory();
    }

    /** Whose fault it is that a container which could be made could not be started. */
    static FailureKind startFailure(int status, String words) {
        var said = words.toLowerCase(Locale.ROOT);
        boolean atTheCommand =
                said.contains("exec:") && COMMAND_FAULTS.stream().anyMatch(said::contains);
        // why 400 as well: it is how the engine says that the request itself is wrong.
        return atTheCommand || status == 400
                ? FailureKind.START_REFUSED
                : FailureKind.BACKEND_ERROR;
    }
}
