package dev.kohakku.dispatcher.attempt;

/** What a dispatcher is doing for an attempt. */
public enum Phase {
    /** The Controller has not answered the claim yet. */
    CLAIMING,
    /** The container is looked for, its image pulled, or it is being started. */
    STARTING,
    /** The container runs. */
    RUNNING,
    /** The container is being stopped. */
    STOPPING,
    /** The log is flushed and the end reported. */
    REPORTING
}
