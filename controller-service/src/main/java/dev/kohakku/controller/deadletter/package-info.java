/**
 * What the platform has given up: entries no dispatcher survived or could read, and tasks that used
 * up their attempts.
 *
 * <p><b>Parts.</b> {@code DeadLetterCollector} (the loop that moves entries from Redis to
 * Postgres), {@code DeadLetters} (what can be done with them), {@code DeadLetterApi} (REST), {@code
 * DeadLetterStore} (the SQL, and what makes a task a dead letter), {@code DeadLetterMetrics},
 * {@code SettledLetterRemover}.
 *
 * <p><b>Flow.</b> A queue buries an entry. The collector stores it, ends its task where that still
 * waits for just this attempt, commits, and only then forgets the entry in Redis. A task is never
 * stored as a dead letter: how it ended says whether it is one. A redrive submits the task's spec
 * as a new task, which a unique column binds to the old one.
 *
 * <p><b>What can go wrong.</b> A stop between the commit and the forgetting: the entry comes again,
 * and its name is known already. Redis away: entries wait there. Redis lost: so are the entries
 * that were not moved yet; their tasks are QUEUED and put on the queue again. Two redrives at once:
 * the unique column lets one win, the other answers with the winner's task.
 */
@ApplicationModule(
        allowedDependencies = {"database", "task", "dispatch", "web", "access", "job", "role"})
@NullMarked
package dev.kohakku.controller.deadletter;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
