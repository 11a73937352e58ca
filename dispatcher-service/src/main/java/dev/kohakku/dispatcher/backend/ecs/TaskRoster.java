package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;

/**
 * Which tasks of the cluster are whose. A look through the whole cluster serves everybody who asked
 * before it began; in a large one, a few who ask are served one by one. What a task's tags say of
 * its attempt never changes, so each task is asked for them once. Thread-safe.
 */
final class TaskRoster {

    /** A task whose making was asked for, and whose answer was lost, may come up for this long. */
    private static final Duration UNSETTLED = Duration.ofSeconds(4);

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final EcsApi api;
    private final String cluster;
    private final EcsTags tags;
    private final TaskPoller poller;
    private final Tombstones tombstones;
    private final Shared<List<ContainerHandle>> walks = new Shared<>(this::walk);
    private final Map<String, Optional<AttemptId>> owners = new ConcurrentHashMap<>();
    private final Map<AttemptId, String> tasks = new ConcurrentHashMap<>();
    private final Map<AttemptId, Long> unsettled = new ConcurrentHashMap<>();
    private final AtomicInteger seekers = new AtomicInteger();
    private volatile int pages;

    TaskRoster(
            EcsApi api,
            EcsSettings settings,
            EcsTags tags,
            TaskPoller poller,
            Tombstones tombstones) {
        this.api = api;
        this.cluster = settings.cluster();
        this.tags = tags;
        this.poller = poller;
        this.tombstones = tombstones;
    }

    /** The attempt's task has just been made, or was just answered with. */
    ContainerHandle isMade(AttemptId attempt, String arn) {
        unsettled.remove(attempt);
        poller.isBorn(arn);
        return remember(attempt, arn);
    }

    /** The attempt's task may have been made by now. */
    void mayBeMade(AttemptId attempt) {
        var now = System.nanoTime();
        // why here: nobody looks for the task of an attempt whose launch was refused.
        unsettled.values().removeIf(since -> now - since >= UNSETTLED.toNanos());
        unsettled.put(attempt, now);
    }

    /** Without asking ECS. */
    Optional<ContainerHandle> known(AttemptId attempt) {
        return Optional.ofNullable(tasks.get(attempt)).map(arn -> handle(attempt, arn));
    }

    /** The attempt's task, in whatever state; empty where it is done with. */
    Optional<ContainerHandle> find(AttemptId attempt) throws InterruptedException {
        var known = known(attempt);
        if (known.isPresent()) {
            var arn = known.get().containerId();
            if (tombstones.has(arn)) {
                return Optional.empty();
            }
            if (poller.look(arn).isPresent()) {
                return known;
            }
        }
        var found = seek(attempt);
        while (found.isEmpty() && isUnsettled(attempt)) {
            Thread.sleep(PAUSE);
            found = seek(attempt);
        }
        return found;
    }

    private boolean isUnsettled(AttemptId attempt) {
        var since = unsettled.get(attempt);
        if (since == null) {
            return false;
        }
        var still = System.nanoTime() - since < UNSETTLED.toNanos();
        if (!still) {
            unsettled.remove(attempt, since);
        }
        return still;
    }

    private Optional<ContainerHandle> seek(AttemptId attempt) throws InterruptedException {
        var others = seekers.getAndIncrement();
        try {
            var mine = alone(others) ? listedBy(attempt) : walks.next();
            return mine.stream().filter(handle -> handle.attempt().equals(attempt)).findFirst();
        } finally {
            seekers.decrementAndGet();
        }
    }

    /** Whether asking for one attempt's tasks, twice, costs less than a look through them all. */
    private boolean alone(int others) {
        return 2 * (others + 1) < pages;
    }

    private List<ContainerHandle> listedBy(AttemptId attempt) throws InterruptedException {
        var arns = new LinkedHashSet<String>();
        for (var status : List.of(DesiredStatus.RUNNING, DesiredStatus.STOPPED)) {
            addPages(arns, status, EcsTags.startedBy(attempt));
        }
        return ours(arns, arns);
    }

    /** Every task of this installation that is not done with. */
    List<ContainerHandle> list() throws InterruptedException {
        return walks.next();
    }

    private List<ContainerHandle> walk() throws InterruptedException {
        var arns = new LinkedHashSet<String>();
        // why running ones first: a task that ends meanwhile is then in both lists, not in none.
        var read = addPages(arns, DesiredStatus.RUNNING, "");
        var running = Set.copyOf(arns);
        read += addPages(arns, DesiredStatus.STOPPED, "");
        pages = read;
        var stopped = new LinkedHashSet<>(arns);
        stopped.removeAll(running);
        var ours = ours(arns, stopped);
        forgetAllBut(arns);
        return ours;
    }

    private int addPages(Set<String> arns, DesiredStatus status, String startedBy)
            throws InterruptedException {
        var pages = 0;
        String token = null;
        do {
            var from = token;
            var page =
                    api.ecs(
                            ApiBucket.TASK_READ,
                            "ListTasks",
                            client ->
                                    client.listTasks(request ->
                                            request.cluster(cluster)
                                                    .desiredStatus(status)
                                                    .startedBy(
                                                            startedBy.isEmpty() ? null : startedBy)
                                                    .nextToken(from)));
            arns.addAll(page.taskArns());
            token = page.nextToken();
            pages++;
        } while (token != null && !token.isEmpty());
        return pages;
    }

    /**
     * Those of this installation that are not done with.
     *
     * @param stopped may have been marked as done with since they were last asked about
     */
    private List<ContainerHandle> ours(Set<String> arns, Set<String> stopped)
            throws InterruptedException {
        var unknown =
                arns.stream()
                        .filter(arn -> !tombstones.has(arn))
                        .filter(arn -> isWorthAsking(arn, stopped))
                        .toList();
        for (int from = 0; from < unknown.size(); from += TaskPoller.BATCH) {
            var to = Math.min(unknown.size(), from + TaskPoller.BATCH);
            for (var task : poller.describe(unknown.subList(from, to)).values()) {
                if (EcsTask.unlessDestroyed(EcsTask.of(task)).isEmpty()) {
                    tombstones.read(task.taskArn());
                }
                owners.put(task.taskArn(), tags.attemptOf(task.tags()));
            }
        }
        var handles = new ArrayList<ContainerHandle>();
        for (var arn : arns) {
            var owner = owners.getOrDefault(arn, Optional.empty());
            if (owner.isPresent() && !tombstones.has(arn)) {
                handles.add(remember(owner.get(), arn));
            }
        }
        return handles;
    }

    private boolean isWorthAsking(String arn, Set<String> stopped) {
        var owner = owners.get(arn);
        return owner == null || (owner.isPresent() && stopped.contains(arn));
    }

    /** why not what is young: a look that began before it was made does not show it. */
    private void forgetAllBut(Set<String> arns) {
        owners.keySet().removeIf(arn -> !arns.contains(arn) && !poller.isYoung(arn));
        tasks.values().removeIf(arn -> !arns.contains(arn) && !poller.isYoung(arn));
    }

    private ContainerHandle remember(AttemptId attempt, String arn) {
        owners.put(arn, Optional.of(attempt));
        tasks.put(attempt, arn);
        return handle(attempt, arn);
    }

    private static ContainerHandle handle(AttemptId attempt, String arn) {
        return new ContainerHandle(attempt, RuntimeType.ECS, arn);
    }
}
