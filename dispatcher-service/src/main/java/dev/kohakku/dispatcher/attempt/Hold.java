package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.wire.Claimed;
import dev.kohakku.dispatcher.backend.ServedBackend;
import dev.kohakku.dispatcher.report.AttemptReporter;
import java.time.Instant;

/**
 * What the owner of an attempt has in hands.
 *
 * @param claimed the Controller's answer
 * @param backend for its target
 * @param reporter its line to the Controller
 * @param deadlines of this attempt
 * @param askedAt when it was claimed, by steady time, before the call: it is known to be ours for
 *     as long as the lease has not had a gap since then
 */
record Hold(
        Claimed claimed,
        ServedBackend backend,
        AttemptReporter reporter,
        Deadlines deadlines,
        Instant askedAt) {}
