package dev.kohakku.dispatcher.backend.kubernetes;

/** What an API server says instead of doing something. */
final class TestingRefusal extends RuntimeException {

    private final int code;
    private final String reason;

    TestingRefusal(int code, String reason, String message) {
        super(message);
        this.code = code;
        this.reason = reason;
    }

    int code() {
        return code;
    }

    String reason() {
        return reason;
    }
}
