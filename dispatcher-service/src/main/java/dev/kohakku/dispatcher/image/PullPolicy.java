package dev.kohakku.dispatcher.image;

/** When an image is pulled. */
public enum PullPolicy {
    /** Before every start. */
    ALWAYS,
    /** Where the engine does not have it. */
    IF_NOT_PRESENT,
    /** Not at all: the engine has it, or the attempt fails. */
    NEVER
}
