package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.wire.Claimed;
import dev.kohakku.dispatcher.backend.ServedBackend;
import dev.kohakku.dispatcher.report.AttemptReporter;

/**
 * What the owner of an attempt has in hands.
 *
 * @param claimed the Controller's answer
 * @param backend for its target
 * @param reporter its line to the Controller
 * @param deadlines of this attempt
 */
record Hold(
        Claimed claimed, ServedBackend backend, AttemptReporter reporter, Deadlines deadlines) {}
