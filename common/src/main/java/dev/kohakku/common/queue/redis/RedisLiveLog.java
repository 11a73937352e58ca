package dev.kohakku.common.queue.redis;

import dev.kohakku.common.log.LiveLog;
import dev.kohakku.common.log.LiveLogUnavailableException;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * The live log in the state Redis. Bounded: of each output stream about the last {@value
 * #MOST_LINES} lines and {@value #MOST_BYTES} bytes are kept even when nothing is ever archived,
 * and everything disappears a day after the last line.
 */
public final class RedisLiveLog implements LiveLog {

    /** Keeps one attempt from filling Redis while the archive is away. */
    static final int MOST_LINES = 200_000;

    /** The same, for long lines. */
    static final int MOST_BYTES = 64 << 20;

    private static final int LINES_PER_CALL = 500;
    private static final int CHARACTERS_PER_CALL = 1 << 20;
    private static final Duration LIFE = Duration.ofDays(1);
    private static final Duration AFTERLIFE = Duration.ofMinutes(10);

    private final RedisConnections connections;
    private final StringRedisTemplate redis;

    public RedisLiveLog(RedisConnections connections) {
        this.connections = connections;
        this.redis = connections.state();
    }

    @Override
    public boolean append(AttemptId attempt, Epoch epoch, List<LogLine> lines) {
        var current = true;
        var from = 0;
        while (current && from < lines.size()) {
            var to = endOfCall(lines, from);
            var part = lines.subList(from, to);
            current = call(attempt, () -> appendPart(attempt, epoch, part));
            from = to;
        }
        return current;
    }

    private static int endOfCall(List<LogLine> lines, int from) {
        var characters = 0;
        var to = from;
        while (to < lines.size()
                && to - from < LINES_PER_CALL
                && (to == from || characters < CHARACTERS_PER_CALL)) {
            characters += lines.get(to).text().length();
            to++;
        }
        return to;
    }

    private boolean appendPart(AttemptId attempt, Epoch epoch, List<LogLine> lines) {
        var arguments = new ArrayList<String>();
        arguments.add(epoch.toString());
        arguments.add(Integer.toString(MOST_LINES));
        arguments.add(Integer.toString(MOST_BYTES));
        arguments.add(Long.toString(LIFE.toSeconds()));
        for (var line : lines) {
            arguments.add(line.stream() == LogStream.STDOUT ? "1" : "2");
            arguments.add(Long.toString(line.number()));
            arguments.add(line.at().toString());
            arguments.add(line.text());
        }
        var answer =
                redis.execute(
                        LiveLogScripts.APPEND,
                        List.of(
                                key(attempt),
                                key(attempt, LogStream.STDOUT),
                                key(attempt, LogStream.STDERR)),
                        arguments.toArray());
        return answer == 1;
    }

    @Override
    public List<LogLine> after(AttemptId attempt, LogPosition position, int most) {
        List<?> found =
                call(
                        attempt,
                        () ->
                                redis.execute(
                                        LiveLogScripts.AFTER,
                                        streams(attempt),
                                        Long.toString(position.stdout() + 1),
                                        Long.toString(position.stderr() + 1),
                                        Integer.toString(most)));
        var entries = new ArrayList<Entry>();
        Entry.addAll(LogStream.STDOUT, (List<?>) found.get(0), entries);
        Entry.addAll(LogStream.STDERR, (List<?>) found.get(1), entries);
        return entries.stream()
                .sorted(Comparator.comparingLong(Entry::order))
                .limit(most)
                .map(Entry::line)
                .toList();
    }

    @Override
    public void trim(AttemptId attempt, LogPosition archived) {
        call(
                attempt,
                () ->
                        redis.execute(
                                LiveLogScripts.TRIM,
                                streams(attempt),
                                Long.toString(archived.stdout() + 1),
                                Long.toString(archived.stderr() + 1)));
    }

    @Override
    public void expire(AttemptId attempt) {
        call(
                attempt,
                () -> {
                    redis.expire(key(attempt), AFTERLIFE);
                    streams(attempt).forEach(stream -> redis.expire(stream, AFTERLIFE));
                    return true;
                });
    }

    private static List<String> streams(AttemptId attempt) {
        return List.of(key(attempt, LogStream.STDOUT), key(attempt, LogStream.STDERR));
    }

    private static String key(AttemptId attempt) {
        return "kohakku:log:{" + attempt + "}";
    }

    private static String key(AttemptId attempt, LogStream stream) {
        return switch (stream) {
            case STDOUT -> key(attempt) + ":stdout";
            case STDERR -> key(attempt) + ":stderr";
        };
    }

    private <T> T call(AttemptId attempt, Supplier<T> command) {
        try {
            return connections.callState(command);
        } catch (DataAccessException failed) {
            throw new LiveLogUnavailableException(
                    "the live log of " + attempt + " failed: " + Causes.of(failed), failed);
        }
    }

    /** A line and its place in the order of arrival. */
    private record Entry(long order, LogLine line) {

        static void addAll(LogStream stream, List<?> found, List<Entry> to) {
            found.forEach(entry -> to.add(read(stream, (List<?>) entry)));
        }

        /** Reads {@code [id, [o, order, at, time, t, text]]}. */
        private static Entry read(LogStream stream, List<?> entry) {
            var id = (String) entry.get(0);
            var fields = (List<?>) entry.get(1);
            return new Entry(
                    Long.parseLong((String) fields.get(1)),
                    new LogLine(
                            stream,
                            Long.parseLong(id.substring(0, id.indexOf('-'))),
                            Instant.parse((String) fields.get(3)),
                            (String) fields.get(5)));
        }
    }
}
