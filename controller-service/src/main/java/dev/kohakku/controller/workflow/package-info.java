/**
 * Workflows on Temporal, seen from the Controller: starting them, following them, telling them.
 *
 * <p><b>Parts.</b> {@code WorkflowInstanceApi} (REST), {@code WorkflowInstances} (what can be
 * done), {@code WorkflowInstanceStore} (the SQL), {@code WorkflowFollower} (the loop that asks
 * Temporal), {@code TemporalWorkflows} (the only class that speaks to Temporal; it connects when it
 * is first needed), {@link dev.kohakku.controller.workflow.WaitingWorkflows} (tells a workflow of
 * the end of a task).
 *
 * <p><b>Flow.</b> A request writes the row and is answered. The loop starts the workflow under the
 * row's id, then looks at it: soon after something happened, ever more rarely while nothing does.
 * What it sees is kept in the row, so that reading never needs Temporal.
 *
 * <p><b>What can go wrong.</b> Temporal is away: rows wait, with the reason. A stop between the
 * start and its record: starting again finds it started. Temporal has lost a workflow (a server in
 * memory that was restarted): it is started again, and finds the task it created by its idempotency
 * key.
 */
@ApplicationModule(allowedDependencies = {"database", "access", "role", "task", "web"})
@NullMarked
package dev.kohakku.controller.workflow;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
