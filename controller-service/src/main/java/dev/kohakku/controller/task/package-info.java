/**
 * Tasks: accepting, reading, moving and cancelling them.
 *
 * <p><b>Parts.</b> {@code TaskApi} (REST), {@code TaskReader} (from a body to a {@code TaskSpec},
 * or to everything that is wrong with it), {@link dev.kohakku.controller.task.Tasks} (what can be
 * done), {@code TaskStore} (the SQL), {@link dev.kohakku.controller.task.Transitions} (the only
 * place where a state changes), {@link dev.kohakku.controller.task.TaskHistory} (the timeline),
 * {@link dev.kohakku.controller.task.Redrives} (does ended tasks again), {@code
 * IdempotencyKeyRemover} (forgets keys after a week).
 *
 * <p><b>Flow.</b> A submit is one statement in one transaction: task, attempt 1, event, outbox, and
 * the idempotency key where there is one. After the commit {@link
 * dev.kohakku.controller.task.TaskAccepted} wakes the Enqueuer.
 *
 * <p><b>What can go wrong.</b> Two writers want to move one task: the conditional update lets one
 * win, the other is told. Two requests carry one idempotency key: the unique constraint lets one
 * win, the other answers with the winner's task.
 */
@ApplicationModule(allowedDependencies = {"database", "web", "access", "job"})
@NullMarked
package dev.kohakku.controller.task;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
