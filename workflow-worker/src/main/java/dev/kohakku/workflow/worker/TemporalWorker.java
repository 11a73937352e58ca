package dev.kohakku.workflow.worker;

import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.Scope;
import com.uber.m3.tally.ScopeCloseException;
import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.temporal.TemporalAccess;
import dev.kohakku.workflow.singledispatch.SingleDispatchWorkflowImpl;
import dev.kohakku.workflow.task.TaskActivities;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.VersioningBehavior;
import io.temporal.common.WorkerDeploymentVersion;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.WorkerDeploymentOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Polls one task queue. Starting it never blocks and never fails: a Temporal that is away is tried
 * again until it answers. Once it polls, the SDK itself outlives Temporal's absences.
 */
@Component
public class TemporalWorker implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(TemporalWorker.class);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    private final TemporalProperties properties;
    private final TemporalAccess access;
    private final TaskActivities tasks;
    private final MeterRegistry meters;
    private final BackgroundLoop connecting;
    private final CountDownLatch polling = new CountDownLatch(1);
    private volatile boolean running;
    private @Nullable WorkflowServiceStubs service;
    private @Nullable WorkerFactory factory;
    private @Nullable Scope measured;

    /** Does nothing before {@link #start}. */
    public TemporalWorker(
            TemporalProperties properties,
            TemporalAccess access,
            TaskActivities tasks,
            MeterRegistry meters) {
        this.properties = properties;
        this.access = access;
        this.tasks = tasks;
        this.meters = meters;
        this.connecting =
                new BackgroundLoop(
                        "temporal-connect", Rhythm.every(properties.retryDelay()), this::connect);
    }

    @Override
    public void start() {
        running = true;
        connecting.start();
    }

    /** Waits until it polls. Answers false when that takes longer. */
    public boolean awaitPolling(Duration limit) throws InterruptedException {
        return polling.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Takes no more work, and waits for what is being worked on. Idempotent; it ends for good. */
    @Override
    public void stop() {
        connecting.close();
        disconnect();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private boolean connect() {
        try {
            open();
        } catch (RuntimeException refused) {
            disconnect();
            log.warn(
                    "{}; trying again every {} s",
                    reasonOf(refused),
                    properties.retryDelay().toSeconds());
            return false;
        }
        log.info(
                "workflow-worker ready: polling task queue '{}' of namespace '{}' at {}{}",
                properties.taskQueue(),
                properties.namespace(),
                properties.address(),
                properties.isVersioned()
                        ? " as build " + properties.buildId() + " of " + properties.deployment()
                        : "");
        polling.countDown();
        connecting.close();
        return false;
    }

    private synchronized void open() {
        var scope =
                new RootScopeBuilder()
                        .reporter(new MicrometerClientStatsReporter(meters))
                        .reportEvery(com.uber.m3.util.Duration.ofSeconds(10));
        measured = scope;
        var stubs =
                WorkflowServiceStubs.newServiceStubs(
                        TemporalOptions.of(properties.address(), access)
                                .setMetricsScope(scope)
                                .build());
        service = stubs;
        // why first: the SDK's own check at the start waits long and does not name the namespace.
        stubs.blockingStub()
                .withDeadlineAfter(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .describeNamespace(
                        DescribeNamespaceRequest.newBuilder()
                                .setNamespace(properties.namespace())
                                .build());
        var client =
                WorkflowClient.newInstance(
                        stubs,
                        WorkflowClientOptions.newBuilder()
                                .setNamespace(properties.namespace())
                                .build());
        var workers =
                WorkerFactory.newInstance(
                        client,
                        WorkerFactoryOptions.newBuilder()
                                .setUsingVirtualWorkflowThreads(true)
                                .build());
        factory = workers;
        var worker = workers.newWorker(properties.taskQueue(), options());
        worker.registerWorkflowImplementationTypes(SingleDispatchWorkflowImpl.class);
        worker.registerActivitiesImplementations(tasks);
        workers.start();
    }

    private WorkerOptions options() {
        var options =
                WorkerOptions.newBuilder()
                        .setUsingVirtualThreads(true)
                        .setMaxConcurrentActivityExecutionSize(
                                properties.maxConcurrentActivities());
        if (properties.isVersioned()) {
            // why pinned: a history is never replayed by other code than wrote it.
            options.setDeploymentOptions(
                    WorkerDeploymentOptions.newBuilder()
                            .setUseVersioning(true)
                            .setVersion(
                                    new WorkerDeploymentVersion(
                                            properties.deployment(), properties.buildId()))
                            .setDefaultVersioningBehavior(VersioningBehavior.PINNED)
                            .build());
        }
        return options.build();
    }

    private synchronized void disconnect() {
        var limit = properties.stopTimeout().toMillis();
        if (factory != null) {
            factory.shutdown();
            factory.awaitTermination(limit, TimeUnit.MILLISECONDS);
            if (!factory.isTerminated()) {
                // An activity cut off here is tried again by another worker.
                factory.shutdownNow();
            }
            factory = null;
        }
        if (service != null) {
            service.shutdownNow();
            service = null;
        }
        stopMeasuring();
    }

    private void stopMeasuring() {
        if (measured == null) {
            return;
        }
        try {
            measured.close();
        } catch (ScopeCloseException last) {
            log.debug("the last metrics of Temporal's client are lost", last);
        }
        measured = null;
    }

    private String reasonOf(RuntimeException refused) {
        if (refused instanceof StatusRuntimeException answer) {
            var code = answer.getStatus().getCode();
            if (code == Status.Code.NOT_FOUND) {
                return "Temporal at "
                        + properties.address()
                        + " has no namespace '"
                        + properties.namespace()
                        + "' (TEMPORAL_NAMESPACE)";
            }
            if (code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED) {
                return "Temporal at " + properties.address() + " does not answer (" + code + ")";
            }
        }
        return "Temporal at " + properties.address() + " cannot be used: " + refused;
    }
}
