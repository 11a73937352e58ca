/**
 * The leak ledger: containers that nobody's record wants, and records without a container.
 *
 * <p><b>Parts.</b> {@code LeakApi} (inventories of dispatchers, the list for people), {@code
 * Inventories} (compares an inventory with the records and answers what is to be destroyed), {@code
 * LeakStore} (the SQL of that), {@code LeakWatcher} (what no inventory shows), {@code Leaks} (the
 * SQL of the list), {@code Acknowledgements} (a person closes one), {@code LeakMetrics}, {@code
 * ResolvedLeakRemover}.
 *
 * <p><b>Flow.</b> A dispatcher searches its backends and posts every container of the installation,
 * scope by scope. One transaction per scope, six statements however many containers there are: note
 * the search (its row is the lock of the scope), open or touch what is {@code DANGLING} and what is
 * {@code PHANTOM}, resolve what was not touched, settle what is {@code UNVERIFIED}, order the
 * destruction of what has been dangling for too long. {@code STUCK} is not kept: it is read from
 * {@code tasks}.
 *
 * <p><b>What can go wrong.</b> Only what cannot change back is judged: an attempt that is over
 * stays over, so a container in the middle of being made is never dangling. An inventory may be old
 * or overtaken by another: it resolves only what was last seen before its search began. An answer
 * is lost: the next inventory orders the same again. The database was restored from a backup: what
 * it does not know yet is left alone for a day. Two dispatchers search one scope: the unique
 * indexes on open leaks make them find the same rows. Nobody searches a scope any more: its leaks
 * stay open, which is the truth, until a person closes them.
 */
@ApplicationModule(allowedDependencies = {"access", "fleet", "job", "role", "task", "web"})
@NullMarked
package dev.kohakku.controller.leak;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
