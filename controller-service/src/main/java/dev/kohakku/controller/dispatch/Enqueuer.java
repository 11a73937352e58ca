package dev.kohakku.controller.dispatch;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes accepted tasks to their queues, a batch each round. Rounds of one Enqueuer never overlap.
 */
final class Enqueuer {

    /** When a row is looked at again that could not go on its way. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** How often the reasons of those who wait are written, when they do not change. */
    private static final Duration EXPLAIN_EVERY = Duration.ofSeconds(1);

    private static final int MOST_EXPLAINED = 1_000;

    private final Admission admission;
    private final OutboxStore outbox;
    private final BriefStorage briefs;
    private final QueueMoves moves;
    private final Queues queues;
    private final Settings settings;
    private final StopPoints stops;
    private Map<RuntimeType, String> explained = Map.of();
    private Instant explainedAt = Instant.EPOCH;

    /** What it is told from outside. */
    record Settings(DispatchProperties properties, Clock clock, MeterRegistry meters) {}

    Enqueuer(
            Admission admission,
            OutboxStore outbox,
            BriefStorage briefs,
            QueueMoves moves,
            Queues queues,
            Settings settings,
            StopPoints stops) {
        this.admission = admission;
        this.outbox = outbox;
        this.briefs = briefs;
        this.moves = moves;
        this.queues = queues;
        this.settings = settings;
        this.stops = stops;
    }

    /**
     * One batch.
     *
     * @return whether more is waiting
     * @throws QueueUnavailableException when a queue did not take its part of the batch, which is
     *     back in the outbox
     */
    boolean round() throws InterruptedException {
        var openings = admission.look();
        var more = dispatch(openings);
        // why last: the way of a task that can go should be short.
        explain(openings.reasons());
        return more;
    }

    private boolean dispatch(Admission.Openings openings) throws InterruptedException {
        var most = Math.min(settings.properties().batch(), openings.room());
        if (most == 0) {
            return false;
        }
        var taken = outbox.take(openings.types(), most, settings.properties().takenFor());
        if (taken.isEmpty()) {
            return false;
        }
        stops.at(StopPoints.Point.TAKEN);
        var ready = withBriefs(admitted(taken, openings));
        stops.at(StopPoints.Point.BRIEFS_STORED);
        var queued = moves.apply(ready);
        // why committed before: an entry of a task that is not QUEUED yet would be dropped.
        stops.at(StopPoints.Point.QUEUED);
        var refused = enqueue(queued);
        stops.at(StopPoints.Point.ENQUEUED);
        // why after: until here a stop brings the row back; a second entry is harmless, none is
        // not.
        outbox.deleteIfOurs(done(taken, ready));
        measure(queued);
        if (refused != null) {
            throw refused;
        }
        return taken.size() == most;
    }

    private void explain(Map<RuntimeType, String> reasons) {
        var now = settings.clock().instant();
        if (reasons.equals(explained) && now.isBefore(explainedAt.plus(EXPLAIN_EVERY))) {
            return;
        }
        reasons.forEach((type, reason) -> outbox.explainAll(type, reason, MOST_EXPLAINED));
        explained = Map.copyOf(reasons);
        explainedAt = now;
    }

    private record Admitted(Taken taken, String queue) {}

    private List<Admitted> admitted(List<Taken> taken, Admission.Openings openings) {
        var admitted = new ArrayList<Admitted>();
        for (var each : taken) {
            if (!each.isWaiting()) {
                continue;
            }
            openings.admit(each.task().type())
                    .ifPresentOrElse(
                            queue -> admitted.add(new Admitted(each, queue)),
                            () -> outbox.releaseIfOurs(each, Duration.ZERO));
        }
        return admitted;
    }

    private List<Ready> withBriefs(List<Admitted> admitted) throws InterruptedException {
        var results = briefs.store(admitted.stream().map(Admitted::taken).toList());
        var ready = new ArrayList<Ready>();
        for (var each : admitted) {
            switch (results.get(each.taken())) {
                case BriefStorage.Result.Stored(var ref) ->
                        ready.add(new Ready(each.taken(), each.queue(), ref));
                case BriefStorage.Result.Delayed(var reason) -> {
                    outbox.explain(each.taken().attempt(), reason);
                    outbox.releaseIfOurs(each.taken(), AGAIN);
                }
                case BriefStorage.Result.Impossible(var reason) -> moves.fail(each.taken(), reason);
                case null -> throw new IllegalStateException("no result for " + each.taken());
            }
        }
        return ready;
    }

    private @Nullable QueueUnavailableException enqueue(List<Ready> queued) {
        QueueUnavailableException refused = null;
        var byQueue = queued.stream().collect(Collectors.groupingBy(Ready::queue));
        for (var part : byQueue.entrySet()) {
            try {
                queues.named(part.getKey())
                        .enqueue(
                                part.getValue().stream()
                                        .map(each -> each.taken().entry())
                                        .toList());
            } catch (QueueUnavailableException away) {
                refused = away;
                part.getValue().forEach(each -> outbox.releaseIfOurs(each.taken(), AGAIN));
            }
        }
        return refused;
    }

    /** Rows left over and rows on their queue. The others were released, so they are not ours. */
    private static List<Taken> done(List<Taken> taken, List<Ready> ready) {
        var done = new ArrayList<>(taken.stream().filter(each -> !each.isWaiting()).toList());
        ready.forEach(each -> done.add(each.taken()));
        return done;
    }

    private void measure(List<Ready> queued) {
        var now = settings.clock().instant();
        for (var each : queued) {
            var task = each.taken().task();
            if (task.state() == TaskState.PENDING && task.attempt() == 1) {
                settings.meters()
                        .timer(Metrics.ENQUEUE_LATENCY)
                        .record(Duration.between(task.createdAt(), now));
            }
        }
    }
}
