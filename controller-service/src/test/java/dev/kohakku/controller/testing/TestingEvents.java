package dev.kohakku.controller.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The lines of a stream of server-sent events as they come. */
public final class TestingEvents implements AutoCloseable {

    private final InputStream body;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reader;

    TestingEvents(InputStream body) {
        this.body = body;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (var text = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (var line = text.readLine(); line != null; line = text.readLine()) {
                lines.add(line);
            }
        } catch (IOException closed) {
            lines.add("closed: " + closed);
        }
    }

    /** Every line so far. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** How many lines so far are this one. */
    public long count(String line) {
        return lines.stream().filter(line::equals).count();
    }

    /** Whether the server has ended the stream. */
    public boolean isAtEnd() {
        return !reader.isAlive();
    }

    /** Leaves. */
    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException already) {
            lines.add("closed: " + already);
        }
    }
}
