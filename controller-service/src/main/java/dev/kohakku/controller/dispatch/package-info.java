/**
 * From accepted to on the queue.
 *
 * <p><b>Parts.</b> {@link dev.kohakku.controller.dispatch.Outbox} (what is still to be dispatched),
 * {@code Admission} (who would take it), {@code Enqueuer} (the loop), {@code BriefStorage} and
 * {@code QueueMoves} (its steps), {@link dev.kohakku.controller.dispatch.Queues} (one per stream),
 * {@code QueueApi} (its rebuilding).
 *
 * <p><b>Flow.</b> Take rows of the outbox; store their briefs; move their tasks to {@code QUEUED};
 * put them on their streams; delete the rows. Each step is committed before the next begins, and no
 * transaction is open while the object store or Redis is asked.
 *
 * <p><b>What can go wrong.</b> A stop anywhere: the row comes back once its {@code taken_until} has
 * passed and the steps run again from the top; what is done already is found done. So an attempt
 * may be put on its stream twice, which the claim settles. A row is deleted only by who took it
 * last: one that was put back meanwhile stays.
 */
@ApplicationModule(allowedDependencies = {"task", "brief", "fleet", "access", "role"})
@NullMarked
package dev.kohakku.controller.dispatch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
