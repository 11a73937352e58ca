/**
 * What moves tasks on when those who should do not.
 *
 * <p><b>Parts.</b> {@code DeadlineWatcher} (tasks that wait too long), {@code AttemptRescuer}
 * (attempts whose owner is silent or late), the loop over {@link
 * dev.kohakku.controller.dispatch.Outbox#putBackUnclaimed} (attempts Redis has lost), {@code
 * SteadyWatch} (how long this process has been looking without a gap), {@code RescueStore} (the
 * SQL).
 *
 * <p><b>Flow.</b> Each is a loop, safe on every replica at once: it locks one task at a time that
 * fulfils its condition, passing over those others have locked, decides, and commits.
 *
 * <p><b>What can go wrong.</b> All Controllers or Postgres were away: then every lease has expired
 * and nobody is to blame. So an owner is judged only after this process has looked on without a gap
 * for as long as an owner may be silent.
 */
@ApplicationModule(allowedDependencies = {"task", "fleet", "dispatch", "attempt", "role"})
@NullMarked
package dev.kohakku.controller.rescue;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
