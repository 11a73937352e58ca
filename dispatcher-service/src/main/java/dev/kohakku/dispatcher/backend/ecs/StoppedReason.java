package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.FailureKind;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Classifies why ECS has stopped a task.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html">Stopped
 *     tasks error messages</a>
 */
final class StoppedReason {

    /** What our own stops say, so that they are told from those by hand. */
    static final String OURS = "kohakku: ";

    private static final List<String> NO_SUCH_IMAGE =
            List.of(
                    "manifest unknown",
                    "not found",
                    "does not exist",
                    "no matching manifest",
                    "name unknown",
                    "does not match platform",
                    "invalid reference format");
    private static final List<String> DENIED =
            List.of(
                    "accessdenied",
                    "access denied",
                    "not authorized",
                    "unauthorized",
                    "403 forbidden",
                    "denied",
                    "no basic auth credentials");
    private static final List<String> CAPACITY =
            List.of(
                    "capacity is unavailable",
                    "insufficient capacity",
                    "no container instance",
                    "unable to place");

    /**
     * What a cluster's machines lack, as in {@code RESOURCE:MEMORY}; not what somebody has no right
     * to, as in {@code on resource: arn:…}.
     */
    private static final Pattern RESOURCE = Pattern.compile("resource:(?!arn)[a-z]");

    /** ECS names the error by what it pulled from, or by what it pulled. */
    private static final Pattern PULL =
            Pattern.compile("cannotpull\\w*error|pullcontainererror|pull image manifest");

    private static final List<String> QUOTA =
            List.of("reached the limit", "limit on the number", "limitexceeded", "quota");
    private static final List<String> COMMAND =
            List.of(
                    "executable file not found",
                    "no such file or directory",
                    "permission denied",
                    "exec format error",
                    "is a directory",
                    "not a directory",
                    "no command specified");
    private static final List<String> HOST =
            List.of("host ec2", "container instance", "instance was terminated", "agent");

    private StoppedReason() {}

    /** Whose fault it is that a task has stopped that says nothing by an exit code. */
    static FailureKind of(EcsTask task) {
        var said = task.reason().toLowerCase(Locale.ROOT);
        var stopCode = task.stopCode() == null ? "" : task.stopCode();
        return switch (stopCode) {
            case "SpotInterruption" -> FailureKind.EVICTED;
            case "TerminationNotice" -> FailureKind.NODE_LOST;
            case "UserInitiated" -> FailureKind.CONTAINER_VANISHED;
            default -> byWords(said, task.startedAt() != null);
        };
    }

    private static FailureKind byWords(String said, boolean hasRun) {
        if (PULL.matcher(said).find()) {
            return ofPull(said);
        }
        if (any(said, CAPACITY) || RESOURCE.matcher(said).find()) {
            return FailureKind.NO_CAPACITY;
        }
        if (any(said, QUOTA)) {
            return FailureKind.QUOTA_EXCEEDED;
        }
        if (said.contains("outofmemory")) {
            return FailureKind.OUT_OF_MEMORY;
        }
        // why the container's errors only: a volume or a secret that is "not found" is no command.
        if ((said.contains("startcontainererror")
                        || said.contains("createcontainererror")
                        || said.contains("containerruntimeerror"))
                && any(said, COMMAND)) {
            return FailureKind.START_REFUSED;
        }
        if (said.contains("maintenance") || said.contains("retirement")) {
            return FailureKind.EVICTED;
        }
        return hasRun && any(said, HOST) ? FailureKind.NODE_LOST : FailureKind.BACKEND_ERROR;
    }

    private static FailureKind ofPull(String said) {
        // why first: a registry that cannot be reached says "not found" of its name.
        if (said.contains("no such host")
                || said.contains("timeout")
                || said.contains("toomanyrequests")) {
            return FailureKind.IMAGE_PULL_FAILED;
        }
        // why before denied: Docker Hub says both of an image that is not there.
        if (any(said, NO_SUCH_IMAGE)) {
            return FailureKind.IMAGE_NOT_FOUND;
        }
        return any(said, DENIED) ? FailureKind.IMAGE_ACCESS_DENIED : FailureKind.IMAGE_PULL_FAILED;
    }

    private static boolean any(String said, List<String> words) {
        return words.stream().anyMatch(said::contains);
    }

    /** Whether we have stopped it ourselves. */
    static boolean isOurs(EcsTask task) {
        return "UserInitiated".equals(task.stopCode()) && task.reason().contains(OURS);
    }
}
