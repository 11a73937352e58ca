/**
 * The workflow worker: runs Temporal workflows whose steps are calls of the Controller's API.
 *
 * <p><b>Parts.</b> One package per workflow; {@link dev.kohakku.workflow.task} has the activities
 * they share; {@code worker} polls Temporal.
 *
 * <p>It keeps nothing: a workflow's state is its history in Temporal, a task's state is in the
 * Controller.
 */
@NullMarked
package dev.kohakku.workflow;

import org.jspecify.annotations.NullMarked;
