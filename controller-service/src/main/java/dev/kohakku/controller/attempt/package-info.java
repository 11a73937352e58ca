/**
 * What the owner of an attempt may do: claim it, report on it, end it.
 *
 * <p><b>Parts.</b> {@code AttemptApi} (REST), {@code Claims} (who becomes the owner), {@code
 * ReportedEvents} (what happened), {@code Callbacks} (how it ended) behind {@code CallbackProof}
 * and {@code CallbackFields}, {@link dev.kohakku.controller.attempt.AttemptEnds} (another attempt,
 * or the end of the task), {@code AttemptStore} (the SQL).
 *
 * <p><b>Flow.</b> Every write begins with the lock on the task's row and a look at the fence:
 * attempt and epoch as the writer knows them against those that are current. Whoever is behind is
 * told so and changes nothing; that it tried is in the timeline.
 *
 * <p><b>What can go wrong.</b> A reply is lost: each call may be repeated. A claim answers again, a
 * report's events are counted, an end that is recorded already is taken as said.
 */
@ApplicationModule(allowedDependencies = {"task", "fleet", "dispatch", "image", "web"})
@NullMarked
package dev.kohakku.controller.attempt;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
