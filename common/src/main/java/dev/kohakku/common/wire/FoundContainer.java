package dev.kohakku.common.wire;

import dev.kohakku.common.task.TaskId;

/**
 * A container of this installation.
 *
 * @param taskId whose it is, by its labels
 * @param attempt whose it is, by its labels
 * @param containerId the backend's own name of it
 */
public record FoundContainer(TaskId taskId, int attempt, String containerId) {}
