package dev.kohakku.dispatcher.report;

import dev.kohakku.common.telemetry.ClockWatch;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Compares this process's clock with the Controller's by the header {@code Date} of its answers,
 * which every release sends: now and then, since there are many answers. Thread-safe.
 */
final class ControllerClock implements ClientHttpRequestInterceptor {

    private static final Duration EVERY = Duration.ofSeconds(30);

    /** The header has whole seconds (RFC 9110, 5.6.7). */
    private static final Duration VAGUE = Duration.ofSeconds(1);

    private final Clock clock;
    private final ClockWatch watch;
    private final AtomicReference<Instant> compared = new AtomicReference<>(Instant.MIN);

    ControllerClock(Clock clock, ClockWatch watch) {
        this.clock = clock;
        this.watch = watch;
    }

    @Override
    public ClientHttpResponse intercept(
            HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        var asked = clock.instant();
        var response = execution.execute(request, body);
        compare(asked, response.getHeaders());
        return response;
    }

    private void compare(Instant asked, HttpHeaders headers) {
        var last = compared.get();
        // why also when it lies ahead: the clock was set back.
        var due = last.isAfter(asked) || !asked.isBefore(last.plus(EVERY));
        if (!due) {
            return;
        }
        try {
            long told = headers.getDate();
            if (told >= 0 && compared.compareAndSet(last, asked)) {
                watch.compared(asked, Instant.ofEpochMilli(told), VAGUE, clock.instant());
            }
        } catch (IllegalArgumentException unreadable) {
            // The answer counts, whatever somebody between us has made of this header.
            compared.set(asked);
        }
    }
}
