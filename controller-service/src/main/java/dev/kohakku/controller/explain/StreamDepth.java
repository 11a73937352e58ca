package dev.kohakku.controller.explain;

/** What Redis says of a stream. */
sealed interface StreamDepth {

    /** So many entries are on it, taken but not acknowledged ones included. */
    record Known(long entries) implements StreamDepth {}

    /** It does not answer. */
    record Away(String reason) implements StreamDepth {}
}
