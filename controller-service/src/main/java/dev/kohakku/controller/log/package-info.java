/**
 * Logs of tasks, for reading.
 *
 * <p><b>Parts.</b> {@code LogApi} (REST), {@code LogReader} (archive and live log as one sequence),
 * {@code LogFollower} (goes on until the task has ended), {@code PlainLogWriter} and {@code
 * EventStreamWriter} (the two forms).
 *
 * <p><b>Flow.</b> Lines come from the archive as far as it reaches, then from the live log. A
 * follower keeps nothing but its position: any replica can go on from a {@code Last-Event-ID}.
 *
 * <p><b>What can go wrong.</b> Lines move from the live log to the archive while they are read:
 * where the live log does not continue at the position, the archive is asked once more. The live
 * log was emptied before they were archived: a follower holds that stream, and goes on once the
 * archive has them; a gap is declared when the attempt is over, or after {@code
 * kohakku.log.gap-after}. The state Redis is away: the archive alone is read, and live lines come
 * late. The client goes away: the next write, at the latest the next heartbeat, ends the follower.
 */
@ApplicationModule(allowedDependencies = {"web", "access", "task"})
@NullMarked
package dev.kohakku.controller.log;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
