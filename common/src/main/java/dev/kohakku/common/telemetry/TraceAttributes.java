package dev.kohakku.common.telemetry;

/** Attributes of spans, in OpenTelemetry's dotted form under our own prefix. */
public final class TraceAttributes {

    /** The header, stream field and (in upper case) variable that carry a W3C trace context. */
    public static final String TRACEPARENT = "traceparent";

    public static final String TASK = "kohakku.task";
    public static final String ATTEMPT = "kohakku.attempt";
    public static final String EPOCH = "kohakku.epoch";
    public static final String DISPATCHER = "kohakku.dispatcher";
    public static final String BACKEND = "kohakku.backend";
    public static final String FAILURE_KIND = "kohakku.failure_kind";

    private TraceAttributes() {}
}
