package dev.kohakku.dispatcher.report;

/** Hears what the Controller answers to an attempt's reports. Must not block. */
public interface AttemptOwner {

    /** A cancel is waiting. Idempotent. */
    void cancelRequested();

    /** The attempt belongs to somebody else or is over: stop acting for it. Idempotent. */
    void fenced();
}
