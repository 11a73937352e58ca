package dev.kohakku.controller.task;

import static dev.kohakku.common.wire.Problems.type;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.database.ReplicaReads;
import dev.kohakku.controller.web.Cursor;
import dev.kohakku.controller.web.Page;
import dev.kohakku.controller.web.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** What can be done with tasks. Every method blocks and is safe to repeat as its comment says. */
@Component
public class Tasks {

    // why not "created": Prometheus reserves that ending and would drop it.
    private static final String ACCEPTED = "kohakku.tasks.accepted";

    private final TaskStore store;
    private final Transitions transitions;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final KnownTargets targets;
    private final ReplicaReads reads;
    private final Counter created;
    // why this generator: its ids grow within a process even within one millisecond.
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    Tasks(
            TaskStore store,
            Transitions transitions,
            TransactionTemplate transaction,
            ApplicationEventPublisher events,
            KnownTargets targets,
            ReplicaReads reads,
            MeterRegistry meters) {
        this.created = meters.counter(ACCEPTED);
        this.store = store;
        this.transitions = transitions;
        this.transaction = transaction;
        this.events = events;
        this.targets = targets;
        this.reads = reads;
    }

    /** Where a task stands. */
    public record Standing(TaskId task, TaskState state, int attempt) {}

    /** Where a task of the caller's organization stands; empty when there is no such task. */
    public Optional<Standing> standing(Caller caller, TaskId task) {
        return store.standing(caller.organization(), task);
    }

    /** The same for who looks once, as at a log: once it has ended a replica may answer. */
    @SuppressWarnings("OptionalMapToOptional") // why: the inner one is the answer of the replica
    public Optional<Standing> standingOrEnd(Caller caller, TaskId task) {
        return reads.settled(
                () ->
                        store.standing(caller.organization(), task)
                                .filter(standing -> standing.state().isTerminal())
                                .map(Optional::of),
                () -> standing(caller, task));
    }

    /** A task that was just accepted, or was accepted before under the same key. */
    record Accepted(TaskRecord task, boolean replayed) {}

    /** Accepts a task. Repeatable under an idempotency key, and where it does one again. */
    Accepted submit(Caller caller, Submission submission) {
        var known = known(caller, submission);
        if (known.isPresent()) {
            return known.get();
        }
        refuseIfNeverServed(submission.spec().runtimeTarget());
        var key = submission.key();
        var id = new TaskId(ids.generate());
        var task =
                transaction.execute(status -> {
                    var inserted = store.insertIfFirst(id, caller, submission);
                    if (inserted.isPresent()
                            && key != null
                            && !store.bindKey(caller.project(), key, id)) {
                        status.setRollbackOnly();
                        return Optional.<TaskRecord>empty();
                    }
                    return inserted;
                });
        if (task.isEmpty()) {
            // why again: the insert or bindKey waited for the transaction that was faster to
            // commit, so that its task is found now, unless its key was just old enough to be
            // removed.
            return submit(caller, submission);
        }
        created.increment();
        events.publishEvent(new TaskAccepted(id));
        return new Accepted(task.orElseThrow(), false);
    }

    private void refuseIfNeverServed(RuntimeTarget target) {
        if (targets.mayBeServed(target)) {
            return;
        }
        throw Problem.of(
                        type("target-unknown"),
                        HttpStatus.UNPROCESSABLE_CONTENT,
                        "No dispatcher for this target",
                        "No registered dispatcher, live or not, serves runtime_target '"
                                + target.type().name().toLowerCase(Locale.ROOT)
                                + "' in pool '"
                                + target.pool()
                                + "'"
                                + (target.labels().isEmpty()
                                        ? ""
                                        : " with labels " + new TreeMap<>(target.labels()))
                                + ": correct it, or start such a dispatcher before.")
                .exception();
    }

    private Optional<Accepted> known(Caller caller, Submission submission) {
        if (submission.key() != null) {
            return replay(caller, submission.key());
        }
        return submission.redriveOf() == null
                ? Optional.empty()
                : store.findRedrive(submission.redriveOf())
                        .map(task -> new Accepted(get(caller, task).asAccepted(), true));
    }

    private Optional<Accepted> replay(Caller caller, Submission.Key key) {
        var found = store.findKey(caller.project(), key.value());
        found.filter(TaskStore.BoundKey::isGone)
                .ifPresent(bound -> store.freeKey(caller.project(), key.value(), bound.task()));
        return found.filter(bound -> !bound.isGone())
                .map(bound -> {
                    if (!bound.bodySha256().equals(key.bodySha256())) {
                        throw Problem.of(
                                        type("idempotency-key-reused"),
                                        HttpStatus.UNPROCESSABLE_CONTENT,
                                        "Idempotency key used for another body",
                                        "The Idempotency-Key '"
                                                + key.value()
                                                + "' belongs to a request with another body; make up a new one.")
                                .with("task_id", bound.task().toString())
                                .exception();
                    }
                    return new Accepted(get(caller, bound.task()).asAccepted(), true);
                });
    }

    /** A task of the caller's organization; 404 when there is none. */
    TaskRecord get(Caller caller, TaskId task) {
        return store.find(caller.organization(), task)
                .orElseThrow(() -> Problem.taskUnknown(task.toString()).exception());
    }

    /** A task as clients see it, with the receipt of its cancel where there was one. */
    TaskView shown(TaskRecord task) {
        return TaskView.of(
                task,
                CancelReceipt.isDue(task)
                        ? CancelReceipt.of(
                                task, store.cancelEvents(task.id(), task.progress().attempt()))
                        : null);
    }

    Page<TaskSummary> list(Caller caller, TaskFilter filter) {
        var found = reads.read(() -> store.list(caller.organization(), filter));
        if (found.size() <= filter.limit()) {
            return new Page<>(found, null);
        }
        var items = found.subList(0, filter.limit());
        return new Page<>(items, filter.cursorAfter(items.getLast().id()));
    }

    /** The timeline of a task of the caller's organization; 404 when there is no such task. */
    TimelineView timeline(Caller caller, TaskId task, long after, int limit) {
        return reads.settled(
                () ->
                        store.standing(caller.organization(), task)
                                .filter(standing -> standing.state().isTerminal())
                                .map(ended -> timeline(task, after, limit)),
                () -> timeline(get(caller, task).id(), after, limit));
    }

    private TimelineView timeline(TaskId task, long after, int limit) {
        var found = store.events(task, after, limit + 1);
        var items = found.subList(0, Math.min(limit, found.size()));
        return new TimelineView(
                items,
                found.size() > limit
                        ? Cursor.of(timelineOf(task), Long.toString(items.getLast().id()))
                        : null,
                store.attempts(task));
    }

    static String timelineOf(TaskId task) {
        return "events " + task;
    }

    /**
     * Asks for the end of a task: at once where no container can exist, else by its owner.
     * Repeatable while it is being cancelled; 409 once it has ended.
     */
    TaskRecord cancel(Caller caller, TaskId task) {
        while (true) {
            var found = get(caller, task);
            var cancelled =
                    switch (found.state()) {
                        case PENDING, QUEUED -> cancelWaiting(caller, task);
                        case PROVISIONING, RUNNING -> cancelOwned(caller, task);
                        case CANCELLING -> true;
                        case COMPLETED, FAILED, TIMED_OUT, CANCELLED -> throw ended(found);
                    };
            // why again otherwise: somebody moved it in between, and each move leads nearer to an
            // end, or once more around with the next attempt.
            if (cancelled) {
                return announced(get(caller, task));
            }
        }
    }

    private boolean cancelWaiting(Caller caller, TaskId task) {
        return inTransaction(
                caller,
                task,
                Transition.end(
                                TaskState.CANCELLED,
                                task,
                                null,
                                caller.actor(),
                                Transition.Ending.PLAIN)
                        .onlyFrom(Set.of(TaskState.PENDING, TaskState.QUEUED))
                        .saying("Cancelled before a container was made", Map.of()));
    }

    private boolean cancelOwned(Caller caller, TaskId task) {
        return inTransaction(
                caller,
                task,
                Transition.to(
                                TaskState.CANCELLING,
                                task,
                                null,
                                Deadlines.CANCELLING,
                                caller.actor())
                        .saying("Cancel requested", Map.of()));
    }

    private boolean inTransaction(Caller caller, TaskId task, Transition move) {
        return Boolean.TRUE.equals(
                transaction.execute(status -> {
                    if (!transitions.apply(move)) {
                        return false;
                    }
                    store.recordCancel(task, caller.actor());
                    if (move.to().isTerminal()) {
                        store.forgetOutbox(task);
                    }
                    return true;
                }));
    }

    private TaskRecord announced(TaskRecord task) {
        var owner = task.progress().dispatcherId();
        if (task.state() == TaskState.CANCELLING && owner != null) {
            events.publishEvent(
                    new CancelRequested(
                            new AttemptId(task.id(), task.progress().attempt()),
                            new Epoch(task.progress().epoch()),
                            owner));
        }
        return task;
    }

    private static RuntimeException ended(TaskRecord task) {
        var become = TaskView.Become.of(task);
        return Problem.of(
                        type("task-ended"),
                        HttpStatus.CONFLICT,
                        "Task has ended",
                        "The task ended as " + task.state() + " and cannot be cancelled any more.")
                .with("state", task.state())
                .with("finished_at", String.valueOf(become.finishedAt()))
                .with("exit_code", orNone(become.exitCode()))
                .with("failure", orNone(become.failure()))
                .exception();
    }

    // why: a member that is null says more than one that is missing, but maps of ours hold no null.
    private static Object orNone(@Nullable Object value) {
        return value == null ? Optional.empty() : value;
    }
}
