package dev.kohakku.dispatcher.report;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;

/** Attempts as paths name them. */
final class AttemptIds {

    private AttemptIds() {}

    static AttemptId of(String task, int number) {
        return new AttemptId(TaskId.parse(task), number);
    }
}
