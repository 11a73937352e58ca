/**
 * What moves tasks on when those who should do not.
 *
 * <p><b>Parts.</b> {@code DeadlineWatcher} (tasks that wait too long), {@code AttemptHandOver}
 * (attempts whose owner is gone or going, to another dispatcher), {@code AttemptRescuer} (attempts
 * whose owner is silent or late), the loop over {@link
 * dev.kohakku.controller.dispatch.Outbox#putBackUnclaimed} (attempts Redis has lost), {@code
 * OverdueStore} and {@code OwnerStore} (the SQL).
 *
 * <p><b>Flow.</b> Each is a loop, safe on every replica at once: it locks one task at a time that
 * fulfils its condition, passing over those others have locked, decides, and commits.
 *
 * <p><b>What can go wrong.</b> All Controllers or Postgres were away: then every lease has expired
 * and nobody is to blame. So an owner is called silent only for a time in which it {@linkplain
 * dev.kohakku.controller.fleet.ApiPresence could have been heard}. Nobody in the scope can take
 * over: the attempt stays with its owner, who may come back, and is lost after a grace.
 */
@ApplicationModule(allowedDependencies = {"task", "fleet", "dispatch", "attempt", "role"})
@NullMarked
package dev.kohakku.controller.rescue;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
