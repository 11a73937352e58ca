package dev.kohakku.dispatcher.intake;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.dispatcher.attempt.RunningAttempt;
import dev.kohakku.dispatcher.attempt.RunningAttempts;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.web.JsonBodies;
import dev.kohakku.dispatcher.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * What this dispatcher is sent and works on, and the fast path of a cancel; by {@code X-API-Key}.
 */
@RestController
@RequestMapping("/tasks")
class TaskIntakeApi {

    private static final int MOST_BYTES = 4 << 10;

    /** The W3C's form of version 00. */
    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final RunningAttempts running;
    private final DirectIntake intake;
    private final JsonBodies bodies;

    TaskIntakeApi(RunningAttempts running, DirectIntake intake, JsonBodies bodies) {
        this.running = running;
        this.intake = intake;
        this.bodies = bodies;
    }

    /**
     * An attempt in work, or on the list.
     *
     * @param epoch null before the claim is answered
     * @param phase {@code queued} on the list
     * @param since null on the list
     * @param container the backend's name of it, null before there is one
     */
    record AttemptView(
            TaskId taskId,
            int attempt,
            @Nullable Epoch epoch,
            String phase,
            @Nullable Instant since,
            @Nullable String container) {

        static AttemptView of(RunningAttempt attempt) {
            return new AttemptView(
                    attempt.id().task(),
                    attempt.id().number(),
                    attempt.ref().map(ref -> ref.epoch()).orElse(null),
                    attempt.phase().name().toLowerCase(Locale.ROOT),
                    attempt.since(),
                    attempt.container().map(ContainerHandle::containerId).orElse(null));
        }

        static AttemptView of(QueuedAttempt queued) {
            var attempt = queued.attempt();
            return new AttemptView(attempt.task(), attempt.number(), null, "queued", null, null);
        }
    }

    /** The answer of the list. */
    record AttemptList(List<AttemptView> tasks) {}

    private record CancelBody(
            @Nullable TaskId taskId, @Nullable Integer attempt, @Nullable Long epoch) {}

    private record PutBody(
            @Nullable TaskId taskId, @Nullable Integer attempt, @Nullable String traceparent) {}

    /** Answers once the attempt is on the list. Idempotent. */
    @PostMapping({"", "/"})
    @ResponseStatus(HttpStatus.ACCEPTED)
    void put(HttpServletRequest request) throws IOException {
        var queued = queuedOf(bodies.read(request, PutBody.class, MOST_BYTES));
        if (!onList(() -> intake.put(queued))) {
            throw Problem.of(
                    HttpStatus.CONFLICT,
                    "dispatch-mode",
                    "this dispatcher takes attempts from a stream: put them there, or start it with"
                            + " QUEUE_SOURCE=internal");
        }
    }

    private static QueuedAttempt queuedOf(PutBody body) {
        var errors = new ArrayList<Problem.FieldError>();
        var task = body.taskId();
        if (task == null) {
            errors.add(new Problem.FieldError("task_id", "is required"));
        }
        var number = body.attempt();
        if (number == null || number < 1) {
            errors.add(new Problem.FieldError("attempt", "is required and counts from 1"));
        }
        var trace = body.traceparent();
        if (trace != null && !TRACEPARENT.matcher(trace).matches()) {
            errors.add(new Problem.FieldError("traceparent", "is no W3C trace context"));
        }
        if (task == null || number == null || !errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        return new QueuedAttempt(new AttemptId(task, number), trace);
    }

    private static <T> T onList(Supplier<T> action) {
        try {
            return action.get();
        } catch (QueueUnavailableException away) {
            throw Problem.of(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "queue-unavailable",
                    "the list: " + away.getMessage());
        }
    }

    @GetMapping({"", "/"})
    AttemptList list() {
        var views = new ArrayList<>(running.all().stream().map(AttemptView::of).toList());
        onList(intake::waiting).forEach(queued -> views.add(AttemptView.of(queued)));
        return new AttemptList(views);
    }

    @GetMapping("/{task}")
    AttemptView get(@PathVariable String task) {
        var id = taskId(task);
        return running.all().stream()
                .filter(attempt -> attempt.id().task().equals(id))
                .reduce((_, later) -> later)
                .map(AttemptView::of)
                .or(() -> waiting(queued -> queued.attempt().task().equals(id)))
                .orElseThrow(() -> notHere("task " + id));
    }

    private Optional<AttemptView> waiting(Predicate<QueuedAttempt> wanted) {
        return onList(intake::waiting).stream()
                .filter(wanted)
                .map(AttemptView::of)
                .reduce((_, later) -> later);
    }

    /** Returns at once; the end comes as a callback. Idempotent. */
    @PostMapping({"/{task}/cancel", "/{task}/cancel/"})
    @ResponseStatus(HttpStatus.ACCEPTED)
    void cancel(@PathVariable String task, HttpServletRequest request) throws IOException {
        var attempt = attemptOf(taskId(task), bodies.read(request, CancelBody.class, MOST_BYTES));
        running.find(attempt).orElseThrow(() -> notCancelled(attempt)).cancelRequested();
    }

    // why not taken off the list: the Controller would find it missing there and put it back.
    private Problem notCancelled(AttemptId attempt) {
        return waiting(queued -> queued.attempt().equals(attempt)).isEmpty()
                ? notHere("attempt " + attempt)
                : Problem.of(
                        HttpStatus.CONFLICT,
                        "attempt-queued",
                        "attempt " + attempt + " is not claimed yet: cancel it at the Controller");
    }

    private static AttemptId attemptOf(TaskId task, CancelBody body) {
        var errors = new ArrayList<Problem.FieldError>();
        if (!task.equals(body.taskId())) {
            errors.add(new Problem.FieldError("task_id", "must be the task of the path"));
        }
        var number = body.attempt();
        if (number == null || number < 1) {
            errors.add(new Problem.FieldError("attempt", "is required and counts from 1"));
        }
        if (number == null || !errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        return new AttemptId(task, number);
    }

    private static TaskId taskId(String text) {
        try {
            return TaskId.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw Problem.invalid("task", "must be a UUID");
        }
    }

    private static Problem notHere(String what) {
        return Problem.of(
                HttpStatus.NOT_FOUND, "task-unknown", "this dispatcher does not work on " + what);
    }
}
