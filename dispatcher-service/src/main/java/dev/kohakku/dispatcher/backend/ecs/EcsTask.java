package dev.kohakku.dispatcher.backend.ecs;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.Task;

/**
 * What counts of a task. Small, because thousands are watched.
 *
 * @param arn its name at ECS
 * @param lastStatus where it is in its life: {@code PROVISIONING} to {@code STOPPED}, the latter as
 *     soon as its program has ended and ECS has said why
 * @param startedAt null where its container never ran
 * @param exitCode null where its container never ran, or nobody knows
 * @param stopCode why it stops, in a word; null while it does not
 * @param reason why it stops, in the words of ECS; empty while it does not
 * @param isDestroyed whether somebody has marked it as done with
 */
record EcsTask(
        String arn,
        String lastStatus,
        @Nullable Instant startedAt,
        @Nullable Integer exitCode,
        @Nullable String stopCode,
        String reason,
        boolean isDestroyed) {

    /** The container in each of our task definitions. */
    static final String CONTAINER = "main";

    private static final String STOPPED = "STOPPED";

    static EcsTask of(Task task) {
        var container =
                task.containers().stream().filter(one -> CONTAINER.equals(one.name())).findFirst();
        return new EcsTask(
                task.taskArn(),
                isOver(task, container) ? STOPPED : String.valueOf(task.lastStatus()),
                task.startedAt(),
                container.map(Container::exitCode).orElse(null),
                task.stopCodeAsString(),
                joined(task.stoppedReason(), container.map(Container::reason).orElse(null)),
                task.tags().stream().anyMatch(tag -> EcsTags.DESTROYED.equals(tag.key())));
    }

    /**
     * why not by the task alone: once its container has ended and ECS has said why, it goes on for
     * half a minute to take the network away. Nothing of the program runs any more then.
     */
    private static boolean isOver(Task task, Optional<Container> container) {
        return task.stopCodeAsString() != null
                && container
                        .filter(one -> STOPPED.equals(one.lastStatus()) && one.exitCode() != null)
                        .isPresent();
    }

    /** Just made, and not to be seen yet. */
    static EcsTask unseen(String arn) {
        return new EcsTask(arn, "PROVISIONING", null, null, null, "", false);
    }

    private static String joined(@Nullable String task, @Nullable String container) {
        if (container == null || container.isBlank() || container.equals(task)) {
            return task == null ? "" : task;
        }
        return task == null || task.isBlank() ? container : task + ": " + container;
    }

    boolean hasStopped() {
        return STOPPED.equals(lastStatus);
    }

    /** Whether its program runs, or has run. */
    boolean hasBegun() {
        return startedAt != null || hasStopped();
    }

    /** Its id alone: what the streams of its logs are called by. */
    static String idOf(String arn) {
        return arn.substring(arn.lastIndexOf('/') + 1);
    }

    /** Empty where it is done with. */
    static Optional<EcsTask> unlessDestroyed(EcsTask task) {
        return task.isDestroyed && task.hasStopped() ? Optional.empty() : Optional.of(task);
    }
}
