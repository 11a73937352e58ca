package dev.kohakku.e2e.upgrade;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Asks the Controllers all the time whether one of them can serve. Closing it ends the asking. */
final class Watch implements AutoCloseable {

    private static final Duration EVERY = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<URI> controllers;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicLong longest = new AtomicLong();
    private final Thread asking;
    private volatile boolean closed;

    Watch(List<URI> controllers) {
        this.controllers = controllers;
        asking = Thread.ofVirtual().name("watch").start(this::ask);
    }

    private void ask() {
        // A question under way is answered before the client is closed.
        while (!closed) {
            var begun = System.nanoTime();
            asked.incrementAndGet();
            if (controllers.stream().noneMatch(this::serves)) {
                unanswered.incrementAndGet();
            }
            longest.accumulateAndGet(System.nanoTime() - begun, Math::max);
            LockSupport.parkNanos(EVERY.toNanos());
        }
    }

    private boolean serves(URI controller) {
        var request =
                HttpRequest.newBuilder(controller.resolve("/ready/")).timeout(PATIENCE).build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException away) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * How often no Controller could serve.
     *
     * @throws IllegalStateException when it does not ask any more
     */
    int unanswered() {
        if (!asking.isAlive()) {
            throw new IllegalStateException("the watch has ended early: " + this);
        }
        return unanswered.get();
    }

    @Override
    public String toString() {
        return "asked %d times, unanswered %d, longest %s"
                .formatted(asked.get(), unanswered.get(), Duration.ofNanos(longest.get()));
    }

    @Override
    public void close() {
        closed = true;
        http.close();
    }
}
