package dev.kohakku.common.telemetry;

import io.opentelemetry.api.trace.SpanKind;

/** The steps on the way of a task that have a span of their own, in the order of the way. */
public enum Step {
    /** A task is accepted: the answer to {@code POST /tasks}. */
    SUBMIT("submit", SpanKind.INTERNAL),
    /** From the acceptance until the attempt is on its queue. */
    ENQUEUE("enqueue", SpanKind.PRODUCER),
    /** A batch goes on its queue; linked to each attempt's trace. */
    ENQUEUE_BATCH("enqueue batch", SpanKind.PRODUCER),
    /** A dispatcher asks for an attempt it has read. */
    CLAIM("claim", SpanKind.CONSUMER),
    /** The image is waited for. */
    PULL("pull", SpanKind.INTERNAL),
    /** The container is made and started. */
    START("start", SpanKind.INTERNAL),
    /** The container is watched until its end. */
    RUN("run", SpanKind.INTERNAL),
    /** The end is reported until the Controller has taken it. */
    REPORT("report", SpanKind.INTERNAL),
    /** The client's {@code callback_url} is told. */
    CALLBACK("callback", SpanKind.CLIENT);

    private final String spanName;
    private final SpanKind kind;

    Step(String spanName, SpanKind kind) {
        this.spanName = spanName;
        this.kind = kind;
    }

    /** As traces show it. */
    public String spanName() {
        return spanName;
    }

    SpanKind kind() {
        return kind;
    }
}
