package dev.kohakku.common.task;

/** What decides that a task has completed. */
public enum CompletionMode {
    /** The container's exit code: 0 is success. */
    EXIT_CODE,
    /** The agent's check-back; a container that ends without one has failed. */
    AGENT
}
