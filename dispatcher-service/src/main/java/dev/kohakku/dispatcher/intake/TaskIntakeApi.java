package dev.kohakku.dispatcher.intake;

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
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What this dispatcher works on, and the fast path of a cancel; by {@code X-API-Key}. */
@RestController
@RequestMapping("/tasks")
class TaskIntakeApi {

    private static final int MOST_BYTES = 4 << 10;

    private final RunningAttempts running;
    private final JsonBodies bodies;

    TaskIntakeApi(RunningAttempts running, JsonBodies bodies) {
        this.running = running;
        this.bodies = bodies;
    }

    /**
     * An attempt in work.
     *
     * @param epoch null before the claim is answered
     * @param container the backend's name of it, null before there is one
     */
    record AttemptView(
            TaskId taskId,
            int attempt,
            @Nullable Epoch epoch,
            String phase,
            Instant since,
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
    }

    /** The answer of the list. */
    record AttemptList(List<AttemptView> tasks) {}

    private record CancelBody(
            @Nullable TaskId taskId, @Nullable Integer attempt, @Nullable Long epoch) {}

    @GetMapping({"", "/"})
    AttemptList list() {
        return new AttemptList(running.all().stream().map(AttemptView::of).toList());
    }

    @GetMapping("/{task}")
    AttemptView get(@PathVariable String task) {
        var id = taskId(task);
        return running.all().stream()
                .filter(attempt -> attempt.id().task().equals(id))
                .reduce((_, later) -> later)
                .map(AttemptView::of)
                .orElseThrow(() -> notHere("task " + id));
    }

    /** Returns at once; the end comes as a callback. Idempotent. */
    @PostMapping({"/{task}/cancel", "/{task}/cancel/"})
    @ResponseStatus(HttpStatus.ACCEPTED)
    void cancel(@PathVariable String task, HttpServletRequest request) throws IOException {
        var attempt = attemptOf(taskId(task), bodies.read(request, CancelBody.class, MOST_BYTES));
        running.find(attempt).orElseThrow(() -> notHere("attempt " + attempt)).cancelRequested();
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
