package dev.kohakku.controller.workflow;

import dev.kohakku.common.temporal.TemporalAccess;
import dev.kohakku.common.wire.workflow.TaskEnd;
import dev.kohakku.common.wire.workflow.WorkflowSignals;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.serviceclient.RpcRetryOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import jakarta.annotation.PreDestroy;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Asks Temporal. Every method blocks for one or two requests, is safe to repeat, and throws {@link
 * TemporalUnavailableException} when there is no answer. Thread-safe.
 */
@Component
class TemporalWorkflows {

    private final WorkflowProperties properties;
    private final TemporalAccess access;
    private @Nullable WorkflowServiceStubs service;
    private @Nullable WorkflowClient client;
    private boolean closed;

    TemporalWorkflows(WorkflowProperties properties, TemporalAccess access) {
        this.properties = properties;
        this.access = access;
    }

    /** Starts a workflow, unless one has ever been started under this id. */
    void start(UUID id, WorkflowKind kind, Object input) {
        var options =
                WorkflowOptions.newBuilder()
                        .setWorkflowId(id.toString())
                        .setTaskQueue(properties.taskQueue())
                        // why: a start whose answer was lost must not run it a second time.
                        .setWorkflowIdReusePolicy(
                                WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
                        .build();
        asking(() -> {
            try {
                return client().newUntypedWorkflowStub(kind.type(), options).start(input);
            } catch (WorkflowExecutionAlreadyStarted started) {
                return started.getExecution();
            }
        });
    }

    /** Looks at a workflow. */
    WorkflowStanding look(UUID id, WorkflowKind kind) {
        return asking(() -> {
            try {
                var stub = client().newUntypedWorkflowStub(id.toString());
                return standing(stub, stub.describe(), kind);
            } catch (WorkflowNotFoundException gone) {
                return new WorkflowStanding.Unknown();
            }
        });
    }

    /** Asks a workflow to end as cancelled. One that has ended or is unknown stays as it is. */
    void cancel(UUID id) {
        asking(() -> {
            try {
                client().newUntypedWorkflowStub(id.toString()).cancel();
                return true;
            } catch (WorkflowNotFoundException gone) {
                return false;
            }
        });
    }

    /**
     * Tells a workflow that a task has ended.
     *
     * @return false when no workflow waits under this id
     */
    boolean signalTaskEnded(String id, TaskEnd end) {
        return asking(() -> {
            try {
                client().newUntypedWorkflowStub(id).signal(WorkflowSignals.TASK_ENDED, end);
                return true;
            } catch (WorkflowNotFoundException gone) {
                return false;
            }
        });
    }

    @PreDestroy
    synchronized void close() {
        closed = true;
        if (service != null) {
            service.shutdownNow();
        }
    }

    private WorkflowStanding standing(
            WorkflowStub stub, WorkflowExecutionDescription seen, WorkflowKind kind) {
        return switch (seen.getStatus()) {
            case WORKFLOW_EXECUTION_STATUS_COMPLETED -> completed(stub, kind);
            case WORKFLOW_EXECUTION_STATUS_CANCELED -> new WorkflowStanding.Cancelled();
            case WORKFLOW_EXECUTION_STATUS_FAILED -> new WorkflowStanding.Failed(reasonOf(stub));
            case WORKFLOW_EXECUTION_STATUS_TERMINATED ->
                    new WorkflowStanding.Failed("It was terminated on Temporal.");
            case WORKFLOW_EXECUTION_STATUS_TIMED_OUT ->
                    new WorkflowStanding.Failed("It timed out on Temporal.");
            // why a default here: the enumeration is Temporal's and grows.
            default ->
                    new WorkflowStanding.Running(
                            seen.getRawDescription().getPendingActivitiesList().stream()
                                    .filter(PendingActivityInfo::hasLastFailure)
                                    .map(step ->
                                            step.getActivityType().getName()
                                                    + ": "
                                                    + step.getLastFailure().getMessage())
                                    .findFirst()
                                    .orElse(null));
        };
    }

    private WorkflowStanding completed(WorkflowStub stub, WorkflowKind kind) {
        try {
            return new WorkflowStanding.Completed(resultOf(stub, kind.result()));
        } catch (TimeoutException late) {
            throw new TemporalUnavailableException(
                    "Temporal did not hand over a result", late, false);
        }
    }

    private String reasonOf(WorkflowStub stub) {
        try {
            return "It failed on Temporal, then answered " + resultOf(stub, Object.class);
        } catch (WorkflowFailedException failed) {
            return deepest(failed) instanceof ApplicationFailure said
                    ? said.getOriginalMessage()
                    : String.valueOf(deepest(failed).getMessage());
        } catch (TimeoutException late) {
            throw new TemporalUnavailableException(
                    "Temporal did not hand over a reason", late, false);
        }
    }

    private <R> R resultOf(WorkflowStub stub, Class<R> type) throws TimeoutException {
        return stub.getResult(properties.requestTimeout().toMillis(), TimeUnit.MILLISECONDS, type);
    }

    private <T> T asking(Supplier<T> question) {
        try {
            return question.get();
        } catch (RuntimeException failed) {
            for (Throwable each = failed; each != null; each = each.getCause()) {
                if (each instanceof StatusRuntimeException answer) {
                    throw unavailable(answer.getStatus(), failed);
                }
            }
            throw failed;
        }
    }

    private TemporalUnavailableException unavailable(Status status, Throwable cause) {
        var where = "Temporal at " + properties.temporalAddress();
        return switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED ->
                    new TemporalUnavailableException(
                            where + " does not answer (" + status.getCode() + ")", cause, true);
            case NOT_FOUND ->
                    new TemporalUnavailableException(
                            where
                                    + " has no namespace '"
                                    + properties.temporalNamespace()
                                    + "' (TEMPORAL_NAMESPACE)",
                            cause,
                            true);
            default ->
                    new TemporalUnavailableException(
                            where + " refused: " + status.getCode() + " " + status.getDescription(),
                            cause,
                            false);
        };
    }

    private static Throwable deepest(Throwable thrown) {
        var deepest = thrown;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest;
    }

    // why only now: a Controller that runs no workflows spends no memory and no thread on Temporal.
    private synchronized WorkflowClient client() {
        if (closed) {
            throw new IllegalStateException("the Controller stops");
        }
        if (client == null) {
            service =
                    WorkflowServiceStubs.newServiceStubs(
                            TemporalOptions.of(properties.temporalAddress(), access)
                                    .setRpcTimeout(properties.requestTimeout())
                                    .setRpcRetryOptions(
                                            RpcRetryOptions.newBuilder()
                                                    .setExpiration(properties.requestTimeout())
                                                    .validateBuildWithDefaults())
                                    .build());
            client =
                    WorkflowClient.newInstance(
                            service,
                            WorkflowClientOptions.newBuilder()
                                    .setNamespace(properties.temporalNamespace())
                                    .build());
        }
        return client;
    }
}
