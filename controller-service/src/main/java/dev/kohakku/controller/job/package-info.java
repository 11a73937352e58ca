/**
 * Work that is due every few minutes and that nobody waits for: once across all processes, and
 * visible.
 *
 * <p><b>Parts.</b> {@link dev.kohakku.controller.job.Job} (a bean of whoever has one), {@code
 * QueueJobs} (does those of one worker queue, by db-scheduler; the only class that knows it),
 * {@code JobSchedulers} (one of these for each queue this process works), {@code JobStore} (the SQL
 * of what is shown), {@code JobApi}, {@code JobMetrics}.
 *
 * <p><b>Flow.</b> Each queue has a table of its own with a row for each job. A worker that has a
 * thread free picks what is due by {@code skip locked}, does a round, and writes when the next one
 * is due.
 *
 * <p><b>What can go wrong.</b> A worker stops in the middle: its heartbeat does too, and another
 * takes the job. A worker is paused or its clock is wrong: a job may run twice at once, so a job
 * must allow that. A job fails: it is tried again with growing pauses, and says why. Nobody works a
 * queue: its jobs are overdue, which is shown.
 */
@ApplicationModule(allowedDependencies = {"role", "web"})
@NullMarked
package dev.kohakku.controller.job;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
