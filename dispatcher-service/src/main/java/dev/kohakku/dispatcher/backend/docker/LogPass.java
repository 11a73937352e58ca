package dev.kohakku.dispatcher.backend.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.dispatcher.backend.ContainerLogs;
import dev.kohakku.dispatcher.backend.LineAssembler;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a log from its first byte. Lines that an earlier reading handed over are counted
 * and left out. Used by one thread; {@link #isStuck} and {@link #cut} by any.
 */
final class LogPass {

    /** Lines handed over so far, by all readings of one log. */
    private final Map<LogStream, Long> handedOver;

    private final ContainerLogs.Lines lines;
    private final DockerHttpClient.Response response;
    private final Map<LogStream, Long> seen = new EnumMap<>(LogStream.class);
    private final Map<LogStream, LineAssembler> assemblers = new EnumMap<>(LogStream.class);
    private LogFrames.@Nullable Frame last;

    /** When the read that is waiting now began; 0 while lines are being handed over. */
    private volatile long waitingSince;

    LogPass(
            Map<LogStream, Long> handedOver,
            ContainerLogs.Lines lines,
            DockerHttpClient.Response response) {
        this.handedOver = handedOver;
        this.lines = lines;
        this.response = response;
        for (var stream : LogStream.values()) {
            seen.put(stream, 0L);
            assemblers.put(stream, new LineAssembler(stream, this::take));
        }
    }

    /** Reads until the stream ends. */
    void read() throws IOException, InterruptedException {
        var frames = new LogFrames(response.getBody());
        for (var frame = next(frames); frame.isPresent(); frame = next(frames)) {
            last = frame.get();
            last.appendTo(assembler(last.stream()));
        }
    }

    private Optional<LogFrames.Frame> next(LogFrames frames) throws IOException {
        waitingSince = Math.max(1, System.nanoTime());
        try {
            return frames.next();
        } finally {
            waitingSince = 0;
        }
    }

    /** Hands over what has no line end. Only once nothing can follow. */
    void finish() throws InterruptedException {
        var at = last == null ? Instant.EPOCH : last.at();
        for (var assembler : assemblers.values()) {
            assembler.finish(at);
        }
    }

    /** Whether the log ended where this reading did. */
    boolean endedWith(Optional<LogFrames.Frame> lastOfLog) {
        return lastOfLog.isEmpty() ? last == null : last != null && last.isSameAs(lastOfLog.get());
    }

    /** Whether nothing has come for longer than {@code nanos}, though somebody wants it. */
    boolean isStuck(long nanos) {
        long since = waitingSince;
        return since != 0 && System.nanoTime() - since > nanos;
    }

    /** Ends the reading from outside. */
    void cut() {
        response.close();
    }

    private LineAssembler assembler(LogStream stream) {
        var assembler = assemblers.get(stream);
        if (assembler == null) {
            throw new IllegalStateException("no assembler for " + stream);
        }
        return assembler;
    }

    private void take(LogStream stream, Instant at, String text) throws InterruptedException {
        long number = seen.merge(stream, 1L, Long::sum);
        if (number > handedOver.getOrDefault(stream, 0L)) {
            lines.line(stream, at, text);
            // why after: what was not taken is handed over again.
            handedOver.put(stream, number);
        }
    }
}
