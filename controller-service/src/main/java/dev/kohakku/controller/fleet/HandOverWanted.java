package dev.kohakku.controller.fleet;

/**
 * What a dispatcher owns may be handed to others now: it has left, or is to be drained, and the row
 * that says so is committed. An application event, published in the thread of the request; a
 * listener must not block. May be missing after a crash: nothing depends on it but speed.
 *
 * @param dispatcherId which
 */
public record HandOverWanted(String dispatcherId) {}
