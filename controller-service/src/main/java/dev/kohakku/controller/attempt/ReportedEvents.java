package dev.kohakku.controller.attempt;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.AttemptReport;
import dev.kohakku.common.wire.ReportAnswer;
import dev.kohakku.controller.task.TaskHistory;
import dev.kohakku.controller.task.Transition;
import dev.kohakku.controller.task.Transitions;
import dev.kohakku.controller.web.Problem;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Takes in what an owner says has happened. */
@Component
class ReportedEvents {

    private final AttemptStore store;
    private final Transitions transitions;
    private final TaskHistory history;
    private final AttemptDeadlines deadlines;
    private final FencedWrites fence;

    ReportedEvents(
            AttemptStore store,
            Transitions transitions,
            TaskHistory history,
            AttemptDeadlines deadlines,
            FencedWrites fence) {
        this.store = store;
        this.transitions = transitions;
        this.history = history;
        this.deadlines = deadlines;
        this.fence = fence;
    }

    /** What became of a report. Not an exception: that it was refused is recorded. */
    sealed interface Result {

        record Taken(ReportAnswer answer) implements Result {}

        record Refused(Problem problem) implements Result {}
    }

    /** Takes the events not known yet, all or none. */
    @Transactional
    public Result take(TaskId task, int attempt, AttemptReport report) {
        var found = store.lock(task);
        if (found.isEmpty()) {
            return new Result.Refused(Problem.taskUnknown(task.toString()));
        }
        var standing = found.get();
        if (!standing.isOwnedUnder(attempt, report.epoch())) {
            return new Result.Refused(
                    fence.refuse(new AttemptId(task, attempt), report.epoch(), standing, "report"));
        }
        var known = store.recorded(standing.attempt()).orElseThrow().lastReportSequence();
        var state = standing.state();
        var sequence = report.sequence();
        for (var event : report.events()) {
            if (sequence > known) {
                state = take(standing, state, event);
            }
            sequence++;
        }
        if (sequence - 1 > known) {
            store.setLastReportSequence(standing.attempt(), sequence - 1);
        }
        return new Result.Taken(new ReportAnswer(state == TaskState.CANCELLING));
    }

    /** Returns the state after it. */
    private TaskState take(Standing standing, TaskState state, AttemptEvent event) {
        return switch (event) {
            case AttemptEvent.Backend(var at, var step, var message) -> {
                record(standing, "backend", message, detail(at, "step", step));
                yield state;
            }
            case AttemptEvent.Starting _ -> {
                store.setStartAsked(standing.attempt());
                yield state;
            }
            case AttemptEvent.Running(var at, var containerId, var scope) -> {
                store.setContainer(standing.attempt(), containerId, scope);
                var detail = detail(at, "container_id", containerId);
                detail.put("scope", scope);
                yield running(standing, state, "The container runs", detail);
            }
            case AttemptEvent.CheckedIn(var at) -> {
                var detail = detail(at);
                record(standing, "agent_checked_in", "The agent has checked in", detail);
                yield state == TaskState.PROVISIONING
                        ? running(standing, state, "The agent has checked in", detail)
                        : state;
            }
            case AttemptEvent.Progress progress -> {
                record(standing, "progress", wordsOf(progress), detailOf(progress));
                yield state;
            }
        };
    }

    private TaskState running(
            Standing standing, TaskState state, String words, Map<String, Object> detail) {
        if (state != TaskState.PROVISIONING) {
            // why recorded still: after a take-over the container is found running again.
            record(standing, "running", words, detail);
            return state;
        }
        var moved =
                transitions.apply(
                        Transition.to(
                                        TaskState.RUNNING,
                                        standing.task(),
                                        standing.fence(),
                                        deadlines.running(standing.spec()),
                                        standing.actor())
                                .onlyFrom(Set.of(TaskState.PROVISIONING))
                                .saying(words, detail));
        return moved ? TaskState.RUNNING : state;
    }

    private void record(
            Standing standing, String type, String message, Map<String, Object> detail) {
        history.append(
                standing.attempt(), standing.epoch(), type, standing.actor(), message, detail);
    }

    private static String wordsOf(AttemptEvent.Progress progress) {
        if (progress.message() != null) {
            return progress.message();
        }
        return progress.percent() == null ? "Progress" : progress.percent() + " %";
    }

    private static Map<String, Object> detailOf(AttemptEvent.Progress progress) {
        var detail = detail(progress.at(), "detail", progress.detail());
        if (progress.percent() != null) {
            detail.put("percent", progress.percent());
        }
        return detail;
    }

    private static Map<String, Object> detail(Instant at, String name, Object value) {
        var detail = detail(at);
        detail.put(name, value);
        return detail;
    }

    private static Map<String, Object> detail(Instant at) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("at", at);
        return detail;
    }
}
