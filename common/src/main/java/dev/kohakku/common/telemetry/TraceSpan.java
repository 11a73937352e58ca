package dev.kohakku.common.telemetry;

import dev.kohakku.common.task.AttemptId;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/**
 * A step of a trace under way on this thread, which closes it. Costs next to nothing where nothing
 * is recorded.
 */
public final class TraceSpan implements AutoCloseable {

    /** What traces say of a step that an exception ended; the log has the exception. */
    static final String BROKEN_OFF = "ended by an exception";

    private final Span span;
    private final Scope scope;
    private boolean over;

    @SuppressWarnings("MustBeClosedChecker") // why: closed by close()
    TraceSpan(Span span) {
        this.span = span;
        this.scope = span.makeCurrent();
    }

    /** Says whose it is. */
    public TraceSpan of(AttemptId attempt) {
        if (span.isRecording()) {
            mark(span, attempt);
        }
        return this;
    }

    static void mark(Span span, AttemptId attempt) {
        var task = attempt.task().toString();
        span.setAttribute(TraceAttributes.TASK, task)
                .setAttribute(TraceAttributes.ATTEMPT, attempt.number())
                .setAttribute(TraceAttributes.PIPELINE_RUN, task)
                .setAttribute(TraceAttributes.PIPELINE_TASK_RUN, task + "-" + attempt.number());
    }

    /** Adds an attribute of {@link TraceAttributes}. */
    public TraceSpan with(String name, String value) {
        span.setAttribute(name, value);
        return this;
    }

    /** The same for a number. */
    public TraceSpan with(String name, long value) {
        span.setAttribute(name, value);
        return this;
    }

    /** It came to its end, whatever that was: without this a closed step counts as broken off. */
    public void done() {
        over = true;
    }

    /** The same; hands back what the step has brought. */
    public <T extends @Nullable Object> T done(T brought) {
        done();
        return brought;
    }

    /** It did not work; the words are bounded by the caller. */
    public void failed(String words) {
        over = true;
        span.setStatus(StatusCode.ERROR, words);
    }

    /** Its context in W3C form, for who goes on elsewhere; null where there is no trace. */
    public @Nullable String traceparent() {
        return Traces.textOf(span.getSpanContext());
    }

    /** Ends it; marked as an error where an exception came before {@link #done()}. */
    @Override
    public void close() {
        scope.close();
        if (!over) {
            span.setStatus(StatusCode.ERROR, BROKEN_OFF);
        }
        span.end();
    }
}
