package dev.kohakku.controller.task;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.PortMapping;
import dev.kohakku.common.task.Resources;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task in JSON, flat: what was asked for with every default filled in, and what has become of it.
 *
 * @param redriveOf the dead letter this task does again; null for a new task
 * @param waitingReason why a task that is PENDING is not on a queue yet; null when nothing holds it
 * @param cancellation what has become of the wish to cancel it; null when nobody had one
 */
public record TaskView(
        UUID id,
        UUID projectId,
        @Nullable UUID redriveOf,
        String name,
        TaskState state,
        @Nullable String waitingReason,
        @JsonUnwrapped Asked asked,
        @JsonUnwrapped Become become,
        @Nullable CancelReceipt cancellation) {

    static TaskView of(TaskRecord task, @Nullable CancelReceipt cancellation) {
        return new TaskView(
                task.id().value(),
                task.project(),
                task.redriveOf() == null ? null : task.redriveOf().value(),
                task.spec().name(),
                task.state(),
                task.progress().waitingReason(),
                Asked.of(task.spec()),
                Become.of(task),
                cancellation);
    }

    /** What a client asked for. */
    record Asked(
            String image,
            List<String> command,
            @Nullable String instructions,
            Map<String, Object> context,
            List<String> skills,
            List<String> configs,
            List<String> secrets,
            Map<String, String> env,
            Resources resources,
            List<PortMapping> ports,
            RuntimeTarget runtimeTarget,
            long timeoutSeconds,
            @Nullable Long queueTimeoutSeconds,
            long startTimeoutSeconds,
            @Nullable Instant expiresAt,
            int maxAttempts,
            int priority,
            Map<String, String> labels,
            CompletionMode completion,
            @Nullable String callbackUrl) {

        static Asked of(TaskSpec spec) {
            var timeouts = spec.timeouts();
            return new Asked(
                    spec.image().toString(),
                    spec.command(),
                    spec.instructions(),
                    spec.context(),
                    spec.skills(),
                    spec.configs(),
                    spec.secrets(),
                    spec.env(),
                    spec.resources(),
                    spec.ports(),
                    spec.runtimeTarget(),
                    timeouts.run().toSeconds(),
                    seconds(timeouts.queue()),
                    timeouts.start().toSeconds(),
                    timeouts.expiresAt(),
                    spec.maxAttempts(),
                    spec.priority(),
                    spec.labels(),
                    spec.completion(),
                    spec.callbackUrl() == null ? null : spec.callbackUrl().toString());
        }
    }

    /**
     * What has become of it.
     *
     * @param attempt the number of the current attempt, from 1
     * @param dispatcherId who owns the current attempt, or owned it last
     * @param briefSha256 null until the brief is stored
     */
    record Become(
            int attempt,
            @Nullable String dispatcherId,
            @JsonProperty("brief_sha256") @Nullable String briefSha256,
            @Nullable Integer exitCode,
            @Nullable FailureView failure,
            @Nullable String errorMessage,
            @Nullable String resultKey,
            @Nullable Map<String, Object> resultMetadata,
            @Nullable Instant cancelRequestedAt,
            @Nullable String cancelRequestedBy,
            Instant createdAt,
            @Nullable Instant queuedAt,
            @Nullable Instant claimedAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            Instant updatedAt) {

        static Become of(TaskRecord task) {
            var progress = task.progress();
            var moments = task.moments();
            var ending = task.ending() == null ? Transition.Ending.PLAIN : task.ending();
            return new Become(
                    progress.attempt(),
                    progress.dispatcherId(),
                    progress.briefSha256(),
                    ending.exitCode(),
                    FailureView.of(ending.failureKind()),
                    ending.errorMessage(),
                    ending.resultKey(),
                    ending.resultMetadata(),
                    moments.cancelRequested(),
                    progress.cancelRequestedBy(),
                    moments.created(),
                    moments.queued(),
                    moments.claimed(),
                    moments.started(),
                    moments.finished(),
                    moments.updated());
        }
    }

    private static @Nullable Long seconds(@Nullable Duration duration) {
        return duration == null ? null : duration.toSeconds();
    }

    /**
     * Why something failed.
     *
     * @param kind the {@link FailureKind}
     * @param fault whose fault it was: {@code user}, {@code image}, {@code capacity}, {@code
     *     quota}, {@code infrastructure}, {@code platform}
     * @param retryable whether the same task, tried again unchanged, may succeed
     */
    record FailureView(String kind, String fault, boolean retryable) {

        static @Nullable FailureView of(@Nullable FailureKind kind) {
            return kind == null
                    ? null
                    : new FailureView(
                            kind.name(),
                            kind.fault().name().toLowerCase(Locale.ROOT),
                            kind.isRetryable());
        }
    }
}
