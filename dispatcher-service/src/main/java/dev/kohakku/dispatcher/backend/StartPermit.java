package dev.kohakku.dispatcher.backend;

/**
 * Asked by a backend as late as its engine lets, before a payload can run: the process that asked
 * for the start may have been paused since, and the attempt be somebody else's by now.
 */
@FunctionalInterface
public interface StartPermit {

    /**
     * Whether the payload may run now. May block until that is known; an interrupt ends the waiting
     * and leaves what was made, unstarted.
     */
    boolean isGranted() throws InterruptedException;
}
