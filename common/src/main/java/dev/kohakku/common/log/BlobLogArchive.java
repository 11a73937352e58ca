package dev.kohakku.common.log;

import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.wire.WireJson;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The archive as chunks of newline-delimited JSON, one {@link LogLine} a line.
 *
 * <p>Two owners that overlap for a moment may store chunks that overlap. A reader passes over what
 * it has seen, stream by stream, so that each line comes once.
 */
public final class BlobLogArchive implements LogArchive {

    private static final String CONTENT_TYPE = "application/x-ndjson";

    private final BlobStore blobs;
    private final JsonMapper json = WireJson.mapper();

    public BlobLogArchive(BlobStore blobs) {
        this.blobs = blobs;
    }

    @Override
    public LogPosition store(AttemptId attempt, LogPosition start, List<LogLine> lines)
            throws IOException {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("a chunk has at least one line");
        }
        var end = start;
        var content = new ByteArrayOutputStream();
        for (var line : lines) {
            end = end.after(line);
            content.write(json.writeValueAsBytes(line));
            content.write('\n');
        }
        blobs.put(new LogChunk(attempt, start, end).key(), content.toByteArray(), CONTENT_TYPE);
        return end;
    }

    @Override
    public LogPosition position(AttemptId attempt) throws IOException {
        var position = LogPosition.startOf(attempt.number());
        for (var chunk : chunks(attempt)) {
            position = furthest(position, chunk.end());
        }
        return position;
    }

    @Override
    public void read(AttemptId attempt, LogPosition after, Consumer<LogLine> reader)
            throws IOException {
        var seen = after;
        for (var chunk : chunks(attempt)) {
            if (!furthest(seen, chunk.end()).equals(seen)) {
                seen = readChunk(chunk, seen, reader);
            }
        }
    }

    private LogPosition readChunk(LogChunk chunk, LogPosition after, Consumer<LogLine> reader)
            throws IOException {
        var seen = after;
        var content = blobs.open(chunk.key());
        if (content.isEmpty()) {
            return seen;
        }
        try (var lines =
                new BufferedReader(new InputStreamReader(content.get(), StandardCharsets.UTF_8))) {
            for (var text = lines.readLine(); text != null; text = lines.readLine()) {
                var line = parse(chunk, text);
                if (!seen.isPast(line)) {
                    reader.accept(line);
                    seen = seen.after(line);
                }
            }
        }
        return seen;
    }

    private LogLine parse(LogChunk chunk, String text) throws IOException {
        try {
            return json.readValue(text, LogLine.class);
        } catch (JacksonException malformed) {
            throw new IOException(chunk.key() + " holds a line that is no log line", malformed);
        }
    }

    private List<LogChunk> chunks(AttemptId attempt) throws IOException {
        return blobs.list(LogChunk.prefix(attempt)).stream()
                .map(key -> LogChunk.of(attempt, key))
                .flatMap(Optional::stream)
                .toList();
    }

    private static LogPosition furthest(LogPosition one, LogPosition other) {
        return new LogPosition(
                one.attempt(),
                Math.max(one.stdout(), other.stdout()),
                Math.max(one.stderr(), other.stderr()));
    }
}
