package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.controller.web.Problem;

/** Reads the id of a task out of a path. */
public final class TaskIds {

    private TaskIds() {}

    /** The id; 404 for a text that is none: there is no such task either. */
    public static TaskId parse(String text) {
        try {
            return TaskId.parse(text);
        } catch (IllegalArgumentException none) {
            throw Problem.taskUnknown(text.length() > 100 ? text.substring(0, 100) + "…" : text)
                    .exception();
        }
    }
}
