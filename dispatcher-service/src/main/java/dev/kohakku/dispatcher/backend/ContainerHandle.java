package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeType;

/**
 * Names a container of ours. Says nothing about its state.
 *
 * @param attempt whose it is, read from its name and labels
 * @param type the backend's kind
 * @param containerId the backend's own name of it
 */
public record ContainerHandle(AttemptId attempt, RuntimeType type, String containerId) {}
