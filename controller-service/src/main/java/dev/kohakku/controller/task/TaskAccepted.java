package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskId;

/**
 * A task has been accepted and its transaction is committed: something waits in the dispatch
 * outbox. An application event, published in the thread of the request after the commit; a listener
 * must not block. May be missing after a crash: nothing depends on it but speed.
 *
 * @param task which
 */
public record TaskAccepted(TaskId task) {}
