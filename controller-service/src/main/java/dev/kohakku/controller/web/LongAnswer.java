package dev.kohakku.controller.web;

import jakarta.servlet.ServletRequest;

/** An answer that goes on for as long as there is something to say, such as a log. */
public final class LongAnswer {

    private LongAnswer() {}

    /**
     * Exempts a request from {@code kohakku.http.request-timeout}. Whoever does has to bound its
     * answers: how many there are at once, and how long one lasts.
     */
    public static void declare(ServletRequest request) {
        TimedRequest.exempt(request);
    }
}
