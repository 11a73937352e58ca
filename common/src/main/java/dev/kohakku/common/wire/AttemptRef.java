package dev.kohakku.common.wire;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskId;

/** An attempt and the epoch it is known under. */
public record AttemptRef(TaskId taskId, int attempt, Epoch epoch) {

    /** The same as a value. */
    public static AttemptRef of(AttemptId id, Epoch epoch) {
        return new AttemptRef(id.task(), id.number(), epoch);
    }

    /** The attempt. */
    public AttemptId id() {
        return new AttemptId(taskId, attempt);
    }
}
