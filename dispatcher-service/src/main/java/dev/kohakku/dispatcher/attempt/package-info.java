/**
 * One attempt, from its claim to its end.
 *
 * <p><b>Parts.</b> {@link dev.kohakku.dispatcher.attempt.Attempts} claims and runs; {@link
 * dev.kohakku.dispatcher.attempt.RunningAttempts} knows what runs here; {@code AttemptRunner} is
 * the heart, with {@code Launcher}, {@code Watch} and {@code Verdicts} for its steps.
 *
 * <p><b>Flow.</b> Find the container by its identity, else launch it; watch it to its end; flush
 * its log; report; only then destroy it. After a stop of the process at any line the next owner
 * runs the same lines from the top, and each finds the previous one's work done.
 *
 * <p><b>What can go wrong.</b> A cancel, a deadline, a fence or a shutdown may come at any moment:
 * every blocking step runs on a thread of its own that can be given up. An end is reported only
 * once the container is known not to run. The process may be paused past its lease: {@code
 * Ownership} is asked before a payload runs and before anything is ended that another owner may
 * have begun; {@code docs/recovery.md} walks through the rest.
 */
@ApplicationModule(
        displayName = "attempt",
        allowedDependencies = {"backend", "image", "report", "log", "agent", "identity", "web"})
@NullMarked
package dev.kohakku.dispatcher.attempt;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
