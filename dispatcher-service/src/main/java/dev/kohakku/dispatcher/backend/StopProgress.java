package dev.kohakku.dispatcher.backend;

/** Follows the end of a container. */
@FunctionalInterface
public interface StopProgress {

    /** Ignores everything. */
    StopProgress NONE = step -> {};

    /** A step has been taken. Called on the thread that stops; must not block for long. */
    void reached(Step step);

    /** The steps of a stop, in order; {@code KILL_SENT} only where TERM was not enough. */
    enum Step {
        TERM_SENT,
        KILL_SENT,
        GONE
    }
}
