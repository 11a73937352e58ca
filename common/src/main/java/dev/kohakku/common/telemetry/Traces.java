package dev.kohakku.common.telemetry;

import dev.kohakku.common.task.AttemptId;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The spans of a task's way. A task's trace begins with its submission and is carried by its row,
 * its queue entry and the claim's answer as a W3C {@code traceparent}, so that any process can go
 * on with it, also after a crash: every step hangs on the submission and on no step before it.
 * Thread-safe; nothing here blocks or throws for what a text says.
 */
public final class Traces {

    /** Records nothing. */
    public static final Traces OFF = new Traces(OpenTelemetry.noop(), false);

    private static final Pattern TRACEPARENT =
            Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})");

    private final Tracer tracer;
    private final boolean recording;

    Traces(OpenTelemetry telemetry, boolean recording) {
        this.tracer = telemetry.getTracer("dev.kohakku");
        this.recording = recording;
    }

    /** Those that this records. */
    public static Traces recordedBy(OpenTelemetry telemetry) {
        return new Traces(telemetry, true);
    }

    /** Whether spans are recorded at all. */
    public boolean areRecorded() {
        return recording;
    }

    /** A step below what this thread does now, such as a request it answers. */
    public TraceSpan begin(Step step) {
        return new TraceSpan(
                tracer.spanBuilder(step.spanName()).setSpanKind(step.kind()).startSpan());
    }

    /**
     * A step of a task's trace.
     *
     * @param traceparent of the task; null or malformed: nothing is recorded
     */
    public TraceSpan begin(Step step, @Nullable String traceparent) {
        var parent = contextOf(traceparent);
        if (!recording || !parent.isValid()) {
            return new TraceSpan(Span.wrap(parent));
        }
        return new TraceSpan(
                tracer.spanBuilder(step.spanName())
                        .setSpanKind(step.kind())
                        .setParent(Context.root().with(Span.wrap(parent)))
                        .startSpan());
    }

    /** What this thread does until the end of it belongs to a task's trace; null: to none. */
    @SuppressWarnings("MustBeClosedChecker") // why: closed by what is answered
    public Carried carry(@Nullable String traceparent) {
        return new Carried(Context.root().with(Span.wrap(contextOf(traceparent))).makeCurrent());
    }

    /** Ends the carrying, on the same thread. */
    public static final class Carried implements AutoCloseable {

        private final Scope scope;

        private Carried(Scope scope) {
            this.scope = scope;
        }

        @Override
        public void close() {
            scope.close();
        }
    }

    /** The same work, which goes on with this thread's trace wherever it runs. */
    public static Runnable goingOn(Runnable work) {
        return Context.current().wrap(work);
    }

    /**
     * An attempt on its way to a queue.
     *
     * @param traceparent of its task, null for none
     * @param acceptedAt when the task was accepted
     */
    public record Sent(AttemptId attempt, @Nullable String traceparent, Instant acceptedAt) {}

    /**
     * Records that attempts have reached a queue: a step in the trace of each, from its acceptance
     * until now, and where there are several one of the batch that links to them.
     */
    public void sent(String queue, List<Sent> batch, Instant now) {
        if (!recording) {
            return;
        }
        var traced =
                batch.stream().filter(each -> contextOf(each.traceparent()).isSampled()).toList();
        traced.forEach(each -> sent(queue, each, batch.size(), now));
        if (traced.size() > 1) {
            var span =
                    tracer.spanBuilder(Step.ENQUEUE_BATCH.spanName())
                            .setSpanKind(Step.ENQUEUE_BATCH.kind())
                            .setNoParent();
            traced.forEach(each -> span.addLink(contextOf(each.traceparent())));
            messaging(span.startSpan(), queue, batch.size()).end();
        }
    }

    private void sent(String queue, Sent sent, int together, Instant now) {
        var span =
                tracer.spanBuilder(Step.ENQUEUE.spanName())
                        .setSpanKind(Step.ENQUEUE.kind())
                        .setParent(Context.root().with(Span.wrap(contextOf(sent.traceparent()))))
                        .setStartTimestamp(sent.acceptedAt())
                        .startSpan();
        TraceSpan.mark(span, sent.attempt());
        messaging(span, queue, together).end(now);
    }

    private static Span messaging(Span span, String queue, int together) {
        return span.setAttribute(TraceAttributes.MESSAGING_SYSTEM, "kohakku")
                .setAttribute(TraceAttributes.MESSAGING_OPERATION, "send")
                .setAttribute(TraceAttributes.MESSAGING_DESTINATION, queue)
                .setAttribute(TraceAttributes.MESSAGING_BATCH, together);
    }

    /** Whether a text is a W3C trace context of version 00. */
    public static boolean isTraceparent(@Nullable String text) {
        return text != null && TRACEPARENT.matcher(text).matches();
    }

    /** The id of a trace in a W3C trace context; null where there is none. */
    static @Nullable String traceIdOf(@Nullable String traceparent) {
        var context = contextOf(traceparent);
        return context.isValid() ? context.getTraceId() : null;
    }

    private static SpanContext contextOf(@Nullable String traceparent) {
        var match = traceparent == null ? null : TRACEPARENT.matcher(traceparent);
        if (match == null || !match.matches()) {
            return SpanContext.getInvalid();
        }
        return SpanContext.createFromRemoteParent(
                match.group(1),
                match.group(2),
                TraceFlags.fromHex(match.group(3), 0),
                TraceState.getDefault());
    }

    static @Nullable String textOf(SpanContext context) {
        return context.isValid()
                ? "00-"
                        + context.getTraceId()
                        + "-"
                        + context.getSpanId()
                        + "-"
                        + context.getTraceFlags().asHex()
                : null;
    }
}
