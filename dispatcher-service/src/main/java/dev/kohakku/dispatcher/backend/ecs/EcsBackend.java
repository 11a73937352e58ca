package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.BackendHealth;
import dev.kohakku.dispatcher.backend.Capabilities;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerLogs;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartPermit;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.StopProgress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/**
 * Containers as tasks of one ECS cluster. Can be made while AWS is away or the settings name what
 * is not there: it is unhealthy then, and recovers by itself.
 */
public final class EcsBackend implements ContainerBackend, AutoCloseable {

    private final EcsApi api;
    private final AccountCheck account;
    private final EcsSettings settings;
    private final TaskPoller poller;
    private final Tombstones tombstones;
    private final TaskRoster roster;
    private final EcsHealth health;
    private final TaskLaunches launches;
    private final TaskStops stops;

    /**
     * Connects at the first call, with the credentials that the SDK finds.
     *
     * @param settings the cluster and what tasks get
     * @param installation whose tasks it sees
     * @param dispatcher a tag on the tasks it makes
     * @throws IllegalArgumentException when the settings can never work; names the key
     */
    public EcsBackend(EcsSettings settings, String installation, String dispatcher) {
        this(
                settings,
                new EcsTags(installation, dispatcher),
                DefaultCredentialsProvider.builder().build());
    }

    EcsBackend(EcsSettings settings, EcsTags tags, AwsCredentialsProvider credentials) {
        EcsRules.check(settings);
        this.settings = settings;
        var clients = new AwsClients(settings, credentials);
        this.api = new EcsApi(settings, clients);
        this.account = new AccountCheck(settings, clients);
        this.poller = new TaskPoller(api, settings);
        this.tombstones = new Tombstones(api);
        this.roster = new TaskRoster(api, settings, tags, poller, tombstones);
        this.health = new EcsHealth(api, account, settings);
        this.launches =
                new TaskLaunches(
                        api, settings, new RunRequest(settings, tags), roster, poller, health);
        this.stops = new TaskStops(api, settings, poller);
    }

    /** The output of these containers; refused where none is kept. */
    public ContainerLogs logs() {
        return settings.logs().areKept()
                ? new CloudWatchLogs(api, settings, this::task, poller::interval)
                : new NoLogs();
    }

    @Override
    public RuntimeType type() {
        return RuntimeType.ECS;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(true, true, true, false, settings.logs().areKept(), true);
    }

    @Override
    public String scope() {
        return health.scope();
    }

    @Override
    public BackendHealth health() {
        return health.look();
    }

    @Override
    public ContainerHandle start(ContainerSpec spec, StartPermit permit, StartProgress progress)
            throws InterruptedException {
        var started = launches.start(spec, permit, progress);
        var refusal = TaskLaunches.refusal(started);
        if (refusal.isPresent()) {
            tombstones.add(started.handle().containerId());
            throw refusal.get();
        }
        return started.handle();
    }

    @Override
    public Optional<ContainerHandle> find(AttemptId attempt) throws InterruptedException {
        return roster.find(attempt);
    }

    @Override
    public ContainerStatus inspect(ContainerHandle handle) throws InterruptedException {
        return tombstones.has(handle.containerId())
                ? new ContainerStatus.Missing()
                : EcsStates.of(poller.look(handle.containerId()));
    }

    @Override
    public ContainerStatus awaitExit(ContainerHandle handle) throws InterruptedException {
        var delay = Duration.ZERO;
        while (true) {
            var status = EcsStates.of(task(handle, delay));
            switch (status) {
                case ContainerStatus.Exited _,
                        ContainerStatus.Failed _,
                        ContainerStatus.Missing _ -> {
                    return status;
                }
                case ContainerStatus.Created _, ContainerStatus.Running _ ->
                        delay = poller.interval();
            }
        }
    }

    /** How it stands after {@code delay}, however long AWS is away; empty where it is gone. */
    private Optional<EcsTask> task(ContainerHandle handle, Duration delay)
            throws InterruptedException {
        var arn = handle.containerId();
        if (tombstones.has(arn)) {
            return Optional.empty();
        }
        return poller.lookAgainUntilAnswered(arn, delay);
    }

    @Override
    public void stop(ContainerHandle handle, Duration grace, StopProgress progress)
            throws InterruptedException {
        if (tombstones.has(handle.containerId())) {
            progress.reached(StopProgress.Step.GONE);
            return;
        }
        stops.stop(handle, progress);
    }

    @Override
    public void destroy(ContainerHandle handle) throws InterruptedException {
        var arn = handle.containerId();
        if (!tombstones.has(arn) && poller.look(arn).isPresent()) {
            stops.stop(handle, StopProgress.NONE);
            // why after the stop: what is marked and runs is nobody's any more, if we die here.
            tombstones.add(arn);
        }
    }

    @Override
    public List<ContainerHandle> list() throws InterruptedException {
        return roster.list();
    }

    /** For tests and measurements: how often a bucket's calls were throttled. */
    long throttles(ApiBucket bucket) {
        return api.budget(bucket).throttles();
    }

    /** Closes the connections; tasks stay. */
    @Override
    public void close() {
        api.close();
        account.close();
    }
}
