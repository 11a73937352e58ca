package dev.kohakku.controller.workflow;

import dev.kohakku.common.wire.workflow.SingleDispatch;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Brings instances and Temporal together: starts what is pending, cancels what shall end, sees what
 * has ended. Safe on many replicas at once.
 */
@Component
class WorkflowFollower {

    private static final Logger log = LoggerFactory.getLogger(WorkflowFollower.class);
    private static final int BATCH = 50;

    private final WorkflowInstanceStore store;
    private final TemporalWorkflows temporal;

    WorkflowFollower(WorkflowInstanceStore store, TemporalWorkflows temporal) {
        this.store = store;
        this.temporal = temporal;
    }

    /** Follows a batch. Returns whether more is due. */
    boolean round() {
        var due = store.takeDue(BATCH);
        for (var instance : due) {
            try {
                follow(instance);
            } catch (TemporalUnavailableException unavailable) {
                var words = unavailable.getMessage();
                store.setWaitingReason(instance.id(), words);
                log.warn("workflow instance {} waits: {}", instance.id(), words);
                if (unavailable.isAway()) {
                    // why: the others would wait for the same; they are due again soon.
                    return false;
                }
            } catch (RuntimeException defect) {
                // why go on: one instance must not hold up the others.
                store.setWaitingReason(instance.id(), defect.toString());
                log.error("workflow instance {} cannot be followed", instance.id(), defect);
            }
        }
        return due.size() == BATCH;
    }

    private void follow(WorkflowInstanceStore.Due instance) {
        switch (instance.state()) {
            case PENDING_START -> start(instance);
            case RUNNING -> look(instance);
            // Ended between taking and reading it.
            case COMPLETED, FAILED, CANCELLED -> {}
        }
    }

    private void start(WorkflowInstanceStore.Due instance) {
        temporal.start(instance.id(), instance.kind(), inputOf(instance));
        if (store.runIfPending(instance.id())) {
            log.info("workflow instance {} started: {}", instance.id(), instance.kind().type());
        }
    }

    private void look(WorkflowInstanceStore.Due instance) {
        if (instance.cancelled()) {
            // why each time: a request may have been lost with a Temporal that forgets.
            temporal.cancel(instance.id());
        }
        switch (temporal.look(instance.id(), instance.kind())) {
            case WorkflowStanding.Running running ->
                    store.setWaitingReason(instance.id(), running.heldUpBy());
            case WorkflowStanding.Completed completed ->
                    end(instance, WorkflowState.COMPLETED, completed.result(), null);
            case WorkflowStanding.Failed failed ->
                    end(instance, WorkflowState.FAILED, null, failed.reason());
            case WorkflowStanding.Cancelled() -> end(instance, WorkflowState.CANCELLED, null, null);
            case WorkflowStanding.Unknown() -> {
                if (store.startAgainIfRunning(instance.id())) {
                    log.warn("Temporal has lost {}: it is started again", instance.id());
                }
            }
        }
    }

    private void end(
            WorkflowInstanceStore.Due instance,
            WorkflowState state,
            @Nullable Object result,
            @Nullable String error) {
        if (store.endIfLive(instance.id(), state, result, error)) {
            log.info("workflow instance {} ended: {}", instance.id(), state);
        }
    }

    @SuppressWarnings("unchecked") // why: the reader of the request saw to it that it is an object
    private static Object inputOf(WorkflowInstanceStore.Due instance) {
        return switch (instance.kind()) {
            case SINGLE_DISPATCH ->
                    new SingleDispatch.Input(
                            (Map<String, Object>)
                                    Objects.requireNonNull(instance.input().get("task")));
        };
    }
}
