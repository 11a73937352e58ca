/**
 * How long what has ended is kept, and how it goes.
 *
 * <p><b>Parts.</b> {@code RetentionProperties} (how long), {@code EndedTaskRemover} (rows of
 * tasks), {@code RemovedObjectRemover} (their objects), {@code RetentionStore} (the SQL).
 *
 * <p><b>Flow.</b> Two jobs. The first deletes a bounded set of ended tasks with their attempts,
 * their timelines and what waits to be forgotten, and notes in the same transaction that their
 * objects are to go: from then on nothing in Postgres names these objects, and the note is all that
 * is left of the task. The second takes notes, deletes what the object store has under a task's
 * name, and looks again a day later; when it finds nothing, the note goes.
 *
 * <p><b>What can go wrong.</b> A stop at any line: a task is whole or gone with a note, and a note
 * stays until a look found nothing; deleting an object twice is harmless. The object store is away:
 * notes wait, and the job shows as failing. An object is written after the task is gone, by a
 * dispatcher that was paused: the look of the next day removes it; one that was paused for longer
 * than that leaves it behind.
 */
@ApplicationModule(allowedDependencies = {"database", "job"})
@NullMarked
package dev.kohakku.controller.retention;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
