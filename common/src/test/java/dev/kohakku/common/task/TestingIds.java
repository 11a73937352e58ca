package dev.kohakku.common.task;

import java.util.UUID;

/** Ids for tests. */
public final class TestingIds {

    private TestingIds() {}

    /** A task nobody else has. */
    public static TaskId newTask() {
        return new TaskId(UUID.randomUUID());
    }

    /** The first attempt of a task nobody else has. */
    public static AttemptId newAttempt() {
        return new AttemptId(newTask(), 1);
    }
}
