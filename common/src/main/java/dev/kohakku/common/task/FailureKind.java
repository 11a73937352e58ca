package dev.kohakku.common.task;

/**
 * Why an attempt did not complete. Every failure has exactly one kind; it says whose fault it was
 * and whether the same task, tried again unchanged, may succeed.
 */
public enum FailureKind {
    /** The container ended with an exit code other than 0. */
    EXIT_CODE(Fault.USER, false),
    /** The agent checked back with a failure. */
    AGENT_FAILED(Fault.USER, false),
    /** The container ended without the check-back that {@code completion=agent} promises. */
    AGENT_SILENT(Fault.USER, false),
    /** The engine killed the container at its memory limit. */
    OUT_OF_MEMORY(Fault.USER, false),
    /** The command could not be started in the image: no such file, or not executable. */
    START_REFUSED(Fault.USER, false),
    /** The start timeout passed before the container ran. */
    START_TIMEOUT(Fault.CAPACITY, true),
    /** The run timeout passed. */
    RUN_TIMEOUT(Fault.USER, false),
    /** The task waited for a start longer than its queue timeout. */
    QUEUE_TIMEOUT(Fault.CAPACITY, false),
    /** The task's {@code expires_at} passed. */
    EXPIRED(Fault.USER, false),
    /** The registry does not know the image, or it is private and no credentials fit. */
    IMAGE_NOT_FOUND(Fault.IMAGE, false),
    /** The registry refused the credentials. */
    IMAGE_ACCESS_DENIED(Fault.IMAGE, false),
    /** The image could not be pulled now: network, registry down, throttled. */
    IMAGE_PULL_FAILED(Fault.IMAGE, true),
    /** The backend has no room. */
    NO_CAPACITY(Fault.CAPACITY, true),
    /** A quota of the tenant or of the cloud account is used up. */
    QUOTA_EXCEEDED(Fault.QUOTA, true),
    /** The backend failed: engine gone, 500, connection refused. */
    BACKEND_ERROR(Fault.INFRASTRUCTURE, true),
    /** The container ran and is no longer there, removed by somebody else. */
    CONTAINER_VANISHED(Fault.INFRASTRUCTURE, true),
    /** The platform took its place away: evicted, preempted, a spot instance reclaimed. */
    EVICTED(Fault.INFRASTRUCTURE, true),
    /** The machine it ran on is gone. */
    NODE_LOST(Fault.INFRASTRUCTURE, true),
    /** The owning dispatcher is gone and nobody could take its container over. */
    DISPATCHER_LOST(Fault.INFRASTRUCTURE, true),
    /** The brief could not be assembled or read. */
    BRIEF_UNAVAILABLE(Fault.PLATFORM, true),
    /** A defect of ours. */
    INTERNAL(Fault.PLATFORM, true);

    private final Fault fault;
    private final boolean retryable;

    FailureKind(Fault fault, boolean retryable) {
        this.fault = fault;
        this.retryable = retryable;
    }

    /** Whose fault it was. */
    public Fault fault() {
        return fault;
    }

    /** Whether a new attempt of the unchanged task may succeed. */
    public boolean isRetryable() {
        return retryable;
    }

    /** Whose fault a failure is. */
    public enum Fault {
        USER,
        IMAGE,
        CAPACITY,
        QUOTA,
        INFRASTRUCTURE,
        PLATFORM
    }
}
