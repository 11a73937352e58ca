package dev.kohakku.controller.dispatch;

/** The places between the Enqueuer's steps where a process may stop; tests stop it there. */
@FunctionalInterface
interface StopPoints {

    /** Nobody stops. */
    StopPoints NONE = point -> {};

    /** Called when the point is reached; what it throws ends the round. */
    void at(Point point);

    /** Between which steps. */
    enum Point {
        TAKEN,
        BRIEFS_STORED,
        QUEUED,
        ENQUEUED
    }
}
