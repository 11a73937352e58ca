/**
 * Tasks: accepting, reading, moving and cancelling them.
 *
 * <p><b>Parts.</b> {@code TaskApi} (REST), {@code Tasks} (what can be done), {@code TaskStore} (the
 * SQL), {@link dev.kohakku.controller.task.Transitions} (the only place where a state changes),
 * {@link dev.kohakku.controller.task.TaskHistory} (the timeline).
 *
 * <p><b>What can go wrong.</b> Two writers want to move one task: the conditional update lets one
 * win, the other is told.
 */
@NullMarked
package dev.kohakku.controller.task;

import org.jspecify.annotations.NullMarked;
