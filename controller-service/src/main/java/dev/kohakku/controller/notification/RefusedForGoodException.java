package dev.kohakku.controller.notification;

/** A delivery that would fail each time. */
final class RefusedForGoodException extends Exception {

    RefusedForGoodException(String message) {
        super(message);
    }
}
