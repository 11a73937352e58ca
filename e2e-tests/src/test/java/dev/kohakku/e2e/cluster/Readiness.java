package dev.kohakku.e2e.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** How a process says that it takes work. */
@FunctionalInterface
interface Readiness {

    HttpClient HTTP = HttpClient.newHttpClient();
    Duration PATIENCE = Duration.ofSeconds(5);

    boolean isReady();

    /** By 200 of an address. */
    static Readiness answering(URI address) {
        var request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
        return () -> {
            try {
                return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException notYet) {
                return false;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return false;
            }
        };
    }

    /**
     * By a word in its log, for who listens nowhere; the log has one more of both for each start.
     */
    static Readiness saying(Path log, String starting, String ready) {
        return () -> {
            try {
                var text = Files.readString(log);
                return text.lastIndexOf(ready) > text.lastIndexOf(starting);
            } catch (IOException notYet) {
                return false;
            }
        };
    }
}
