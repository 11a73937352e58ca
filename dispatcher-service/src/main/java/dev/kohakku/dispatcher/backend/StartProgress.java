package dev.kohakku.dispatcher.backend;

/** Follows a start that takes its time: an engine that schedules and pulls by itself. */
@FunctionalInterface
public interface StartProgress {

    /** Ignores everything. */
    StartProgress NONE = (step, words) -> {};

    /**
     * What the start waits for has changed. Called on the thread that starts; must not block for
     * long.
     *
     * @param step a word of lower-case letters and underscores, such as {@code scheduling} or
     *     {@code pulling}: the kind of the entry in the task's timeline
     * @param words the engine's own, without secrets
     */
    void waitsFor(String step, String words);
}
