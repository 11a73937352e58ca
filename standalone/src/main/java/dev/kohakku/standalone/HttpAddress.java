package dev.kohakku.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a service whether it is ready. */
final class HttpAddress {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final HttpClient client;
    private final URI uri;

    HttpAddress(HttpClient client, String uri) {
        this.client = client;
        this.uri = URI.create(uri);
    }

    /** Whether it answers with 200 within two seconds. */
    boolean ready() {
        try {
            var request = HttpRequest.newBuilder(uri).timeout(LIMIT).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
