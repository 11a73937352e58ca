package dev.kohakku.controller.explain;

/** What a task waits for. The names are part of the API and never change their meaning. */
enum WaitingKind {
    /** For the pause between two attempts to pass. */
    BACK_OFF,
    /** For any dispatcher at all: none is live. */
    NO_DISPATCHER,
    /** For a dispatcher with a backend of its target: others are live. */
    TARGET_NOT_SERVED,
    /** For an operator: every dispatcher that would take it is cordoned or drained. */
    ALL_CORDONED,
    /** For a backend to be healthy again; the message has its own words. */
    BACKEND_UNHEALTHY,
    /** For the queue to have room. */
    QUEUE_FULL,
    /** For a dispatcher that is sent its attempts and does not take them. */
    DISPATCHER_AWAY,
    /** For Redis. */
    QUEUE_AWAY,
    /** For the object store, which does not take its brief. */
    STORE_AWAY,
    /** For the Enqueuer, and those that go first. */
    ADMISSION,
    /** For those before it on the queue, and a free slot. */
    QUEUE_POSITION,
    /** To be put on a queue again: where it was, it is lost, or nobody will find it. */
    ENTRY_LOST,
    /** For its image. */
    IMAGE_PULL,
    /** For its container to run. */
    START,
    /** For its owner, whose lease has expired, or for somebody to take over. */
    OWNER_SILENT,
    /** For the dispatcher it was handed to. */
    HAND_OVER,
    /** For its container to be gone. */
    CANCEL,
    /** For nothing but its own end. */
    RUNS
}
