package dev.kohakku.e2e.proxy;

/** What becomes of a request or reply after a trap has sprung on it. */
public enum Fate {
    /** It goes on as if nothing had been. */
    PASSES,
    /** Its connection is closed, in both directions. */
    IS_DROPPED,
    /** It waits until the trap is released, then goes on. */
    IS_HELD,
    /** The client is answered 500 by the proxy, and the server never asked. HTTP only. */
    IS_REFUSED
}
