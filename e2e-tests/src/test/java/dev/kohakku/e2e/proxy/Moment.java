package dev.kohakku.e2e.proxy;

/** When, in the life of a request, a trap may spring. */
enum Moment {
    /** The server has not seen the request yet. */
    BEFORE_FORWARDING,
    /** The server has acted and answered, and the client does not know. */
    BEFORE_REPLYING
}
