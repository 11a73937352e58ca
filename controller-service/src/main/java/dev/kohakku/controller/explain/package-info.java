/**
 * Says why a task stands where it stands: what it waits for, or why it ended and what to do.
 *
 * <p><b>Parts.</b> {@code ExplainApi} (REST), {@code Explanations} (gathers what is known), {@code
 * ExplainStore} (the SQL), {@code StreamDepths} (asks Redis), {@code Facts} (what was gathered),
 * {@code Explainer} with {@code BeforeClaim}, {@code UnderOwner} and {@code AfterEnd} (from facts
 * to an explanation, without asking anybody), {@code Advice} (what to do about each failure).
 *
 * <p><b>Flow.</b> The task's row says which facts matter; they are read with a few statements; the
 * first reason that applies is the explanation. Nothing is written and nothing remembered.
 *
 * <p><b>What can go wrong.</b> The facts are not of one moment: a task that moves while they are
 * read is explained as it stood first. Redis is away: that is itself the explanation of whoever
 * waits for a queue. It foretells what the Enqueuer, the lost-entries loop and the hand-over will
 * do, but decides nothing: where their rules change, so must these.
 */
@ApplicationModule(
        allowedDependencies = {"database", "access", "web", "task", "fleet", "dispatch", "rescue"})
@NullMarked
package dev.kohakku.controller.explain;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
