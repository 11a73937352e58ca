package dev.kohakku.controller.task;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;

/**
 * A task that has an owner is to be cancelled, and the transaction that says so is committed. An
 * application event, published in the thread of the request after the commit; a listener must not
 * block. May be missing after a crash, and may come again: the heartbeat's answer repeats the
 * cancel.
 *
 * @param attempt which
 * @param epoch the owner's
 * @param dispatcherId the owner
 */
public record CancelRequested(AttemptId attempt, Epoch epoch, String dispatcherId) {}
