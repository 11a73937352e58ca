/**
 * {@code SingleDispatch}: one task, from its creation to its end.
 *
 * <p><b>Flow.</b> Create the task (idempotent by the workflow's id), wait for the signal of its
 * end, answer that end. Nothing polls: a look-up every five minutes only covers a signal that never
 * came.
 *
 * <p><b>What can go wrong.</b> The worker stops at any line: another one replays the history and
 * goes on. The signal comes before the answer of the creation, twice, or for another task: ends are
 * kept by task and looked at when they matter. A change of this code meets old histories: {@code
 * SingleDispatchReplayTest} replays recorded ones; a change that breaks it needs {@code
 * Workflow.getVersion}.
 */
@NullMarked
package dev.kohakku.workflow.singledispatch;

import org.jspecify.annotations.NullMarked;
