package dev.kohakku.controller.dispatch;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.telemetry.Histograms;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.common.telemetry.Traces;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes accepted tasks to their queues, a batch each round. Rounds of one Enqueuer never overlap.
 */
final class Enqueuer {

    /** When a row is looked at again that could not go on its way. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** How often the reason of a target is put into other words. */
    private static final Duration EXPLAIN_EVERY = Duration.ofSeconds(1);

    /** How often rows are looked for that need more than to be dispatched. */
    private static final Duration TIDY_EVERY = Duration.ofSeconds(1);

    private static final int MOST_TIDIED = 1_000;

    private final Admission admission;
    private final Rows rows;
    private final BriefStorage briefs;
    private final QueueMoves moves;
    private final Settings settings;
    private final StopPoints stops;
    private final Destination.Receipt receipt = new RowsReceipt();
    private Instant explainedAt = Instant.EPOCH;
    private Instant tidyAt = Instant.EPOCH;

    /** Read by others. */
    private volatile boolean heldUp;

    /** What it is told from outside. */
    record Settings(
            DispatchProperties properties, Clock clock, MeterRegistry meters, Traces traces) {}

    /** What it reads and writes: the outbox, and the targets that rows of it wait for. */
    record Rows(OutboxStore outbox, TakeStore takes, TargetStore targets) {}

    Enqueuer(
            Admission admission,
            Rows rows,
            BriefStorage briefs,
            QueueMoves moves,
            Settings settings,
            StopPoints stops) {
        this.admission = admission;
        this.rows = rows;
        this.briefs = briefs;
        this.moves = moves;
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
        var tidied = tidy();
        var waiting = rows.targets().waiting();
        if (waiting.isEmpty()) {
            heldUp = false;
            return tidied;
        }
        var openings = admission.look();
        var more = dispatch(openings, waiting);
        heldUp = waiting.stream().anyMatch(each -> openings.isFull(each.target()));
        // why last: the way of a task that can go should be short.
        explain(waiting, openings);
        return more || tidied;
    }

    /**
     * Whether something waited for nothing but a free slot when it was looked at last. Any thread.
     */
    boolean isHeldUp() {
        return heldUp;
    }

    /**
     * Gives rows of an earlier version their target, and drops what is left over. Neither is ever
     * much, so it is looked for now and then.
     *
     * @return whether there is more to do at once
     */
    private boolean tidy() {
        var now = settings.clock().instant();
        if (now.isBefore(tidyAt)) {
            return false;
        }
        var adopted = rows.targets().adopt(MOST_TIDIED);
        var dropped = rows.outbox().deleteLeftOver(MOST_TIDIED);
        var more = adopted == MOST_TIDIED || dropped == MOST_TIDIED;
        tidyAt = more ? now : now.plus(TIDY_EVERY);
        return more;
    }

    private boolean dispatch(Openings openings, List<WaitingTarget> waiting)
            throws InterruptedException {
        var batch = settings.properties().batch();
        var wanted = new ArrayList<TakeStore.Wanted>();
        for (var each : waiting) {
            var room = Math.min(batch, openings.roomFor(each.target()));
            if (each.isWaitedFor() && room > 0) {
                wanted.add(new TakeStore.Wanted(each.key(), room));
            }
        }
        if (wanted.isEmpty()) {
            return false;
        }
        var most = Math.min(batch, openings.room());
        var taken = rows.takes().take(wanted, most, settings.properties().takenFor());
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
        rows.outbox().deleteIfOurs(leftOver(taken, ready, queued));
        if (refused != null) {
            throw refused;
        }
        return taken.size() == most;
    }

    private void explain(List<WaitingTarget> waiting, Openings openings) {
        var now = settings.clock().instant();
        var due = !now.isBefore(explainedAt.plus(EXPLAIN_EVERY));
        for (var each : waiting) {
            var reason = each.isWaitedFor() ? openings.reason(each.target()).orElse(null) : null;
            // why another reason only now and then: two Enqueuers may see it in different words.
            if (!Objects.equals(reason, each.reason())
                    && (due || reason == null || each.reason() == null)) {
                rows.targets().explain(each.key(), reason);
            }
        }
        explainedAt = due ? now : explainedAt;
    }

    private record Admitted(Taken taken, Destination destination) {}

    private List<Admitted> admitted(List<Taken> taken, Openings openings) {
        var admitted = new ArrayList<Admitted>();
        for (var each : taken) {
            if (!each.isWaiting()) {
                continue;
            }
            openings.admit(each.task().target())
                    .ifPresentOrElse(
                            destination -> admitted.add(new Admitted(each, destination)),
                            () -> rows.outbox().releaseIfOurs(each, Duration.ZERO));
        }
        return admitted;
    }

    private List<Ready> withBriefs(List<Admitted> admitted) throws InterruptedException {
        var results = briefs.store(admitted.stream().map(Admitted::taken).toList());
        var ready = new ArrayList<Ready>();
        for (var each : admitted) {
            switch (results.get(each.taken())) {
                case BriefStorage.Result.Stored(var ref) ->
                        ready.add(new Ready(each.taken(), each.destination(), ref));
                case BriefStorage.Result.Delayed(var reason) -> {
                    rows.outbox().explain(each.taken().attempt(), reason);
                    rows.outbox().releaseIfOurs(each.taken(), AGAIN);
                }
                case BriefStorage.Result.Impossible(var reason) -> moves.fail(each.taken(), reason);
                case null -> throw new IllegalStateException("no result for " + each.taken());
            }
        }
        return ready;
    }

    private @Nullable QueueUnavailableException enqueue(List<Ready> queued) {
        QueueUnavailableException refused = null;
        var parts =
                queued.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Ready::destination,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        for (var part : parts.entrySet()) {
            try {
                part.getKey().put(part.getValue(), receipt);
            } catch (QueueUnavailableException away) {
                refused = away;
            }
        }
        return refused;
    }

    /** Does with the rows of attempts what their destinations say. */
    private final class RowsReceipt implements Destination.Receipt {

        // why only now: until here a stop brings the row back; a second entry is harmless, none is
        // not.
        @Override
        public void arrived(List<Ready> attempts) {
            stops.at(StopPoints.Point.ENQUEUED);
            rows.outbox().deleteIfOurs(attempts.stream().map(Ready::taken).toList());
            measure(attempts);
        }

        @Override
        public void refused(List<Ready> attempts) {
            attempts.forEach(each -> rows.outbox().releaseIfOurs(each.taken(), AGAIN));
        }
    }

    /** Rows of tasks that are not to be dispatched any more, at the start of the round or since. */
    private static List<Taken> leftOver(List<Taken> taken, List<Ready> ready, List<Ready> queued) {
        var rest = new ArrayList<>(taken.stream().filter(each -> !each.isWaiting()).toList());
        var put = Set.copyOf(queued);
        ready.stream().filter(each -> !put.contains(each)).forEach(each -> rest.add(each.taken()));
        return rest;
    }

    private void trace(List<Ready> queued, Instant now) {
        if (!queued.isEmpty() && settings.traces().areRecorded()) {
            var sent =
                    queued.stream()
                            .map(Ready::taken)
                            .map(taken ->
                                    new Traces.Sent(
                                            taken.attempt(),
                                            taken.task().traceparent(),
                                            taken.task().createdAt()))
                            .toList();
            settings.traces().sent(queued.getFirst().queue(), sent, now);
        }
    }

    private void measure(List<Ready> queued) {
        var now = settings.clock().instant();
        trace(queued, now);
        for (var each : queued) {
            var task = each.taken().task();
            if (task.state() == TaskState.PENDING && task.attempt() == 1) {
                Histograms.wait(
                                settings.meters(),
                                Metrics.ADMISSION_WAIT,
                                Tags.of(
                                        Metrics.POOL,
                                        task.target().pool(),
                                        Metrics.TYPE,
                                        task.target().type().name().toLowerCase(Locale.ROOT)))
                        .record(Duration.between(task.createdAt(), now));
            }
        }
    }
}
