package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.controller.access.Caller;
import org.springframework.stereotype.Component;

/** Does tasks that have ended again. Whether they deserve it is decided by who asks. */
@Component
public class Redrives {

    private final Tasks tasks;

    Redrives(Tasks tasks) {
        this.tasks = tasks;
    }

    /**
     * The task that does another one again.
     *
     * @param task as it was accepted
     * @param replayed whether it was accepted before
     */
    public record Redriven(TaskView task, boolean replayed) {}

    /**
     * Submits what an ended task was asked to do as a new task of the same project, which takes the
     * ordinary way. Once: a repetition answers the same new task as it was accepted, and of two at
     * once one makes it. 404 when the caller's organization has no such task.
     *
     * <p>The new task belongs to no workflow: the old one's has heard how its task ended and may
     * have gone on. A {@code callback_url} hears of the new task's end, too.
     */
    public Redriven redrive(Caller caller, TaskId ended) {
        var task = tasks.get(caller, ended);
        var submission =
                new Submission(
                        task.spec().withoutLabel(NamedTexts.WORKFLOW_INSTANCE), null, null, ended);
        var accepted =
                tasks.submit(
                        new Caller(
                                caller.organization(),
                                task.project(),
                                caller.actor(),
                                caller.scopes()),
                        submission);
        return new Redriven(tasks.shown(accepted.task()), accepted.replayed());
    }
}
