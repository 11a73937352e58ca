package dev.kohakku.controller.workflow;

import dev.kohakku.common.wire.workflow.SingleDispatch;
import dev.kohakku.common.wire.workflow.TaskEnd;
import dev.kohakku.common.wire.workflow.WorkflowSignals;
import io.temporal.client.WorkflowClient;
import io.temporal.failure.ApplicationFailure;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/**
 * A worker with a workflow of the contract of {@code SingleDispatch} that creates no task: it ends
 * with what it is told, and fails where its task is called {@code refused}.
 */
final class TestingWorkflows implements AutoCloseable {

    private final WorkflowServiceStubs service;
    private final WorkerFactory factory;

    TestingWorkflows(String address, String taskQueue) {
        service =
                WorkflowServiceStubs.newServiceStubs(
                        WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
        factory = WorkerFactory.newInstance(WorkflowClient.newInstance(service));
        factory.newWorker(taskQueue).registerWorkflowImplementationTypes(Waits.class);
        factory.start();
    }

    @Override
    public void close() {
        factory.shutdownNow();
        service.shutdownNow();
    }

    /** The workflow. */
    @WorkflowInterface
    public interface Waiting {

        /** Waits. */
        @WorkflowMethod(name = SingleDispatch.TYPE)
        TaskEnd run(SingleDispatch.Input input);

        /** Ends the wait. */
        @SignalMethod(name = WorkflowSignals.TASK_ENDED)
        void taskEnded(TaskEnd end);
    }

    /** Its code. */
    public static final class Waits implements Waiting {

        private @Nullable TaskEnd end;

        @Override
        public TaskEnd run(SingleDispatch.Input input) {
            if ("refused".equals(input.task().get("name"))) {
                throw ApplicationFailure.newNonRetryableFailure("image: cannot be read", "Refused");
            }
            Workflow.await(() -> end != null);
            return end;
        }

        @Override
        public void taskEnded(TaskEnd told) {
            end = told;
        }
    }
}
