package dev.kohakku.common.queue.redis;

/** The innermost words of an exception: the outer ones are the client's own wrapping. */
final class Causes {

    private Causes() {}

    static String of(Throwable failed) {
        var cause = failed;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
