package dev.kohakku.controller.log;

import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;

/**
 * The log as server-sent events: {@code line}, {@code gap}, {@code end}. The id of an event is the
 * position after it, so that {@code Last-Event-ID} asks for what follows.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
final class EventStreamWriter implements LogWriter {

    /** Long enough for a balancer to have taken a Controller that stops out. */
    private static final Duration COME_BACK_AFTER = Duration.ofSeconds(2);

    private final ResponseText text;
    private final JsonMapper json;

    EventStreamWriter(ResponseText text, JsonMapper json) {
        this.text = text;
        this.json = json;
    }

    @Override
    public void line(LogPosition position, LogLine line) {
        event(
                position,
                "line",
                new Line(line.stream(), line.number(), line.at(), line.text(), position.attempt()));
    }

    @Override
    public void gap(LogPosition position, LogStream stream, long from, long to) {
        event(position, "gap", new Gap(stream, from, to, position.attempt()));
    }

    /** The task has ended and everything was sent. */
    void end(LogPosition position, TaskState state) {
        event(position, "end", new End(state, position.attempt()));
    }

    /** The log cannot be read further now: the client is to come back. */
    void interrupted(LogPosition position, String reason) {
        // why: browsers come back by themselves, and by default at once or after a few seconds.
        text.write("retry: " + COME_BACK_AFTER.toMillis() + "\n");
        event(position, "interrupted", new Interrupted(reason));
    }

    /** Keeps the connection alive, and tells whether it is. */
    void heartbeat() {
        text.write(": alive\n\n");
        text.flush();
    }

    private void event(LogPosition position, String name, Object data) {
        text.write("id: " + position + "\nevent: " + name + "\ndata: ");
        text.write(json.writeValueAsString(data));
        text.write("\n\n");
    }

    @Override
    public void flush() {
        text.flush();
    }

    private record Line(LogStream stream, long number, Instant at, String text, int attempt) {}

    private record Gap(LogStream stream, long from, long to, int attempt) {}

    private record End(TaskState state, int attempt) {}

    private record Interrupted(String reason) {}
}
