package dev.kohakku.common.wire;

import dev.kohakku.common.task.Epoch;
import java.util.List;

/**
 * What happened to an attempt, in order.
 *
 * @param epoch of the claim
 * @param sequence number of the first event, counting this owner's events of this epoch from 1
 * @param events not empty, at most 100
 */
public record AttemptReport(Epoch epoch, long sequence, List<AttemptEvent> events) {}
