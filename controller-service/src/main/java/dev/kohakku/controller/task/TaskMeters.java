package dev.kohakku.controller.task;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.telemetry.Histograms;
import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.OffsetDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What the moves of tasks add to the meters, once they are committed. Thread-safe. */
@Component
class TaskMeters {

    private final MeterRegistry meters;

    TaskMeters(MeterRegistry meters) {
        this.meters = meters;
    }

    /** A task has made a move, in the transaction of the caller. */
    void moved(Transition move, TaskStages stages) {
        afterCommit(() -> count(move, stages));
    }

    /** An attempt has ended and another follows, in the transaction of the caller. */
    void retried(Retry retry, TaskStages stages) {
        var kind = nameOf(retry.ending().failureKind());
        afterCommit(() -> {
            meters.counter(Metrics.RETRIES, Metrics.FAILURE_KIND, kind).increment();
            ran(stages, retry.attemptState());
        });
    }

    private void count(Transition move, TaskStages stages) {
        switch (move.to()) {
            case PENDING, QUEUED, CANCELLING -> {}
            case PROVISIONING ->
                    waited(Metrics.QUEUE_WAIT, stages, stages.queued(), stages.claimed());
            case RUNNING -> {
                waited(Metrics.LAUNCH_TIME, stages, stages.claimed(), stages.started());
                waited(Metrics.QUEUE_TO_LAUNCH, stages, stages.queued(), stages.started());
            }
            case COMPLETED, FAILED, TIMED_OUT, CANCELLED -> ended(move, stages);
        }
    }

    private void ended(Transition move, TaskStages stages) {
        var kind = nameOf(move.ending() == null ? null : move.ending().failureKind());
        meters.counter(
                        Metrics.TASKS_ENDED,
                        Metrics.STATE,
                        move.to().name().toLowerCase(Locale.ROOT),
                        Metrics.FAILURE_KIND,
                        kind)
                .increment();
        ran(stages, move.to());
        if (move.to() == TaskState.CANCELLED && stages.claimed() != null) {
            waited(Metrics.CANCEL_TIME, stages, stages.cancelRequested(), stages.finished());
        }
    }

    private void ran(TaskStages stages, TaskState outcome) {
        TaskStages.between(stages.started(), stages.finished())
                .ifPresent(taken ->
                        Histograms.run(
                                        meters,
                                        Metrics.RUN_TIME,
                                        tagsOf(stages)
                                                .and(
                                                        Metrics.OUTCOME,
                                                        outcome.name().toLowerCase(Locale.ROOT)))
                                .record(taken));
    }

    private void waited(
            String name,
            TaskStages stages,
            @Nullable OffsetDateTime from,
            @Nullable OffsetDateTime until) {
        TaskStages.between(from, until)
                .ifPresent(taken -> Histograms.wait(meters, name, tagsOf(stages)).record(taken));
    }

    private static Tags tagsOf(TaskStages stages) {
        return Tags.of(Metrics.POOL, stages.pool(), Metrics.TYPE, stages.type());
    }

    private static String nameOf(@Nullable FailureKind kind) {
        return kind == null ? "none" : kind.name().toLowerCase(Locale.ROOT);
    }

    // why after the commit: what is rolled back has not happened.
    private static void afterCommit(Runnable counting) {
        TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        counting.run();
                    }
                });
    }
}
