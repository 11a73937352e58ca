package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.dispatcher.backend.BackendException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskField;

/**
 * Looks at tasks for everybody who waits for one: a hundred with each call, what is due first, and
 * what is due soon where a call has room. One thread does it, and only while somebody waits.
 * Thread-safe.
 */
final class TaskPoller {

    private static final Logger LOG = LoggerFactory.getLogger(TaskPoller.class);

    /** As many as one call takes. */
    static final int BATCH = 100;

    /** A task that was just made may not be to be seen for this long. */
    private static final Duration INVISIBLE = Duration.ofMinutes(1);

    /** Watching is not to take more of the quota than this. */
    private static final double SHARE = 0.5;

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final EcsApi api;
    private final String cluster;
    private final Duration rhythm;
    private final PriorityQueue<Look> looks =
            new PriorityQueue<>(Comparator.comparingLong(Look::dueIn));
    private final Map<String, Long> born = new ConcurrentHashMap<>();
    private final long origin = System.nanoTime();
    private boolean isPolling;

    TaskPoller(EcsApi api, EcsSettings settings) {
        this.api = api;
        this.cluster = settings.cluster();
        this.rhythm = settings.pollInterval();
    }

    /** What somebody waits for. */
    private record Look(
            String arn, long dueAt, long origin, CompletableFuture<Optional<EcsTask>> answer) {

        long dueIn() {
            return dueAt - origin;
        }
    }

    /** This task was just made: it exists, whatever ECS says for a while. */
    void isBorn(String arn) {
        born.keySet().removeIf(other -> !isYoung(other));
        born.put(arn, System.nanoTime());
    }

    /** Whether it was made here within the last minute. */
    boolean isYoung(String arn) {
        var bornAt = born.get(arn);
        return bornAt != null && System.nanoTime() - bornAt < INVISIBLE.toNanos();
    }

    /**
     * Looks at a task now.
     *
     * @return empty where ECS does not know it, or it is done with
     */
    Optional<EcsTask> look(String arn) throws InterruptedException {
        return look(arn, Duration.ZERO);
    }

    /** The next look at a task that is watched. */
    Optional<EcsTask> lookAgain(String arn) throws InterruptedException {
        return look(arn, interval());
    }

    /** The next look at a task that is watched, however long AWS is away. */
    Optional<EcsTask> lookAgainUntilAnswered(String arn, Duration first)
            throws InterruptedException {
        var pause = PAUSE;
        var delay = first;
        while (true) {
            try {
                return look(arn, delay);
            } catch (BackendException away) {
                delay = pause;
                pause =
                        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                                ? pause.multipliedBy(2)
                                : LONGEST_PAUSE;
            }
        }
    }

    /** How far apart looks are, so that watching leaves half of the quota to others. */
    synchronized Duration interval() {
        var seconds =
                Math.ceilDiv(looks.size(), BATCH)
                        / (api.budget(ApiBucket.TASK_READ).rate() * SHARE);
        var needed = Duration.ofMillis((long) (seconds * 1_000));
        return needed.compareTo(rhythm) > 0 ? needed : rhythm;
    }

    private Optional<EcsTask> look(String arn, Duration delay) throws InterruptedException {
        var look =
                new Look(
                        arn,
                        System.nanoTime() + delay.toNanos(),
                        origin,
                        new CompletableFuture<>());
        add(look);
        try {
            return look.answer().get();
        } catch (ExecutionException e) {
            throw Shared.told(e);
        } finally {
            // why: whoever does not wait any more is not looked for.
            look.answer().cancel(false);
        }
    }

    private synchronized void add(Look look) {
        looks.add(look);
        if (isPolling) {
            notifyAll();
        } else {
            isPolling = true;
            Thread.ofVirtual().name("ecs-poller").start(this::poll);
        }
    }

    private void poll() {
        try {
            for (var batch = next(); !batch.isEmpty(); batch = next()) {
                answer(batch);
            }
        } catch (InterruptedException never) {
            // why never: nobody has this thread to interrupt.
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until something is due; empty when nobody waits any more, and this thread ends. */
    private synchronized List<Look> next() throws InterruptedException {
        while (true) {
            looks.removeIf(look -> look.answer().isDone());
            if (looks.isEmpty()) {
                isPolling = false;
                return List.of();
            }
            var wait = looks.element().dueAt() - System.nanoTime();
            var batch = wait <= 0 ? due() : List.<Look>of();
            if (!batch.isEmpty()) {
                return batch;
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, wait));
        }
    }

    /** A batch; what is not due for half an interval yet is left for later. */
    private List<Look> due() {
        var batch = new ArrayList<Look>();
        var arns = new HashSet<String>();
        var soon = System.nanoTime() + interval().toNanos() / 2;
        while (!looks.isEmpty()
                && looks.element().dueAt() - soon <= 0
                && (arns.size() < BATCH || arns.contains(looks.element().arn()))) {
            var look = looks.remove();
            if (!look.answer().isDone()) {
                arns.add(look.arn());
                batch.add(look);
            }
        }
        return batch;
    }

    private void answer(List<Look> batch) {
        try {
            var found = describe(batch.stream().map(Look::arn).distinct().toList());
            for (var look : batch) {
                look.answer().complete(seen(look.arn(), found));
            }
        } catch (Throwable failed) {
            // why Throwable: an Error that ended this thread would have all wait for ever.
            batch.forEach(look -> look.answer().completeExceptionally(failed));
            var words = failed instanceof BackendException ? failed.getMessage() : "" + failed;
            LOG.warn("{} tasks could not be looked at: {}", batch.size(), words);
        }
    }

    private Optional<EcsTask> seen(String arn, Map<String, Task> found) {
        var task = found.get(arn);
        if (task != null) {
            return EcsTask.unlessDestroyed(EcsTask.of(task));
        }
        return isYoung(arn) ? Optional.of(EcsTask.unseen(arn)) : Optional.empty();
    }

    /** Asks for up to {@link #BATCH} tasks; those that ECS does not know are not in the answer. */
    Map<String, Task> describe(List<String> arns) throws InterruptedException {
        var answer =
                api.ecs(
                        ApiBucket.TASK_READ,
                        "DescribeTasks",
                        client ->
                                client.describeTasks(request ->
                                        request.cluster(cluster)
                                                .tasks(arns)
                                                .include(TaskField.TAGS)));
        var found = new HashMap<String, Task>();
        answer.tasks().forEach(task -> found.put(task.taskArn(), task));
        return found;
    }
}
