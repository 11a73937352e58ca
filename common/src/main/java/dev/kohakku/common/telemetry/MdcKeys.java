package dev.kohakku.common.telemetry;

/** Keys of the logging context: the same words in every service. */
public final class MdcKeys {

    /** A task's id. */
    public static final String TASK = "task";

    /** An attempt's number. */
    public static final String ATTEMPT = "attempt";

    /** The epoch acted under. */
    public static final String EPOCH = "epoch";

    /** A dispatcher's id. */
    public static final String DISPATCHER = "dispatcher";

    /** A trace's id, under the name that tracers use. */
    public static final String TRACE = "traceId";

    private MdcKeys() {}
}
