package dev.kohakku.controller.notification;

import dev.kohakku.common.wire.workflow.TaskEnd;
import dev.kohakku.controller.workflow.WaitingWorkflows;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** The workflow a task belongs to. One that is gone needs to hear nothing. */
@Component
class WorkflowReceiver implements Receiver {

    private final WaitingWorkflows workflows;

    WorkflowReceiver(WaitingWorkflows workflows) {
        this.workflows = workflows;
    }

    @Override
    public String kind() {
        return "workflow";
    }

    @Override
    public Duration firstPause() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Duration longestPause() {
        return Duration.ofSeconds(30);
    }

    /** No limit of its own: all of them go to Temporal. */
    @Override
    public int mostPerPlace() {
        return Integer.MAX_VALUE;
    }

    @Override
    public String deliver(Announcement announcement) {
        var task = announcement.task();
        var told =
                workflows.tell(
                        announcement.target(),
                        new TaskEnd(
                                task.attempt().task().toString(),
                                task.state().name(),
                                task.exitCode(),
                                task.failureKind() == null ? null : task.failureKind().name(),
                                task.errorMessage(),
                                task.resultKey(),
                                task.resultMetadata()));
        return told ? "workflow " + announcement.target() + " was told of the end" : "";
    }
}
