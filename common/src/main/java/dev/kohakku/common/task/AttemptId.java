package dev.kohakku.common.task;

/**
 * One try of a task.
 *
 * @param task the task
 * @param number counts the tries of the task, from 1
 */
public record AttemptId(TaskId task, int number) {

    public AttemptId {
        if (number < 1) {
            throw new IllegalArgumentException("attempts are numbered from 1, got " + number);
        }
    }

    /**
     * The name of the attempt's container on every backend: it is the lock against a second one.
     */
    public String containerName() {
        return "kohakku-" + task + "-" + number;
    }

    /** The form {@code <task>/<number>} of logs and messages. */
    @Override
    public String toString() {
        return task + "/" + number;
    }
}
