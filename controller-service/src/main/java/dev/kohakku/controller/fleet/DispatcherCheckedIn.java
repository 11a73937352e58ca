package dev.kohakku.controller.fleet;

/**
 * A dispatcher has checked in and its row is committed: tasks that wait for one may be admitted
 * now. An application event, published in the thread of the request; a listener must not block. May
 * be missing after a crash: nothing depends on it but speed.
 *
 * @param dispatcherId which
 */
public record DispatcherCheckedIn(String dispatcherId) {}
