package dev.kohakku.dispatcher.attempt;

/** The attempt is not ours any more: leave every step of it. */
final class FencedException extends RuntimeException {

    FencedException() {
        super("the attempt belongs to somebody else or is over", null, false, false);
    }
}
