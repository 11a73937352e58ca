package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskId;

/**
 * An attempt that a dispatcher owned is over and the transaction is committed: there may be a slot
 * free. An application event, published in the thread that ended it after the commit; a listener
 * must not block. May be missing after a crash: nothing depends on it but speed.
 *
 * @param task whose
 */
public record AttemptOver(TaskId task) {}
