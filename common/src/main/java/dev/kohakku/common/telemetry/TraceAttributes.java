package dev.kohakku.common.telemetry;

/**
 * Attributes of spans, in OpenTelemetry's dotted form: ours under our own prefix, and those of
 * OpenTelemetry's conventions for CI/CD and messaging beside them, so that tools that know neither
 * Kohakku nor its words can group by them.
 */
public final class TraceAttributes {

    /** The header, stream field and (in upper case) variable that carry a W3C trace context. */
    public static final String TRACEPARENT = "traceparent";

    /** A task's id. */
    public static final String TASK = "kohakku.task.id";

    /** An attempt's number. */
    public static final String ATTEMPT = "kohakku.attempt";

    /** The epoch acted under. */
    public static final String EPOCH = "kohakku.epoch";

    /** A dispatcher's id. */
    public static final String DISPATCHER = "kohakku.dispatcher";

    /** A backend's type in lower case. */
    public static final String BACKEND = "kohakku.backend";

    /** A pool's name. */
    public static final String POOL = "kohakku.pool";

    /** How it went, in lower case. */
    public static final String OUTCOME = "kohakku.outcome";

    /** A failure's kind in lower case. */
    public static final String FAILURE_KIND = "kohakku.failure_kind";

    /** CI/CD: a task's name. */
    public static final String PIPELINE_NAME = "cicd.pipeline.name";

    /** CI/CD: a task's id. */
    public static final String PIPELINE_RUN = "cicd.pipeline.run.id";

    /** CI/CD: an attempt, as {@code <task>-<number>}. */
    public static final String PIPELINE_TASK_RUN = "cicd.pipeline.task.run.id";

    /** CI/CD: {@code success}, {@code failure}, {@code timeout} or {@code cancellation}. */
    public static final String PIPELINE_TASK_RESULT = "cicd.pipeline.task.run.result";

    /** CI/CD: a dispatcher's id. */
    public static final String WORKER = "cicd.worker.id";

    /** Messaging: {@code kohakku}. */
    public static final String MESSAGING_SYSTEM = "messaging.system";

    /** Messaging: the name of a queue. */
    public static final String MESSAGING_DESTINATION = "messaging.destination.name";

    /** Messaging: {@code send} or {@code process}. */
    public static final String MESSAGING_OPERATION = "messaging.operation.type";

    /** Messaging: how many attempts went in one batch. */
    public static final String MESSAGING_BATCH = "messaging.batch.message_count";

    /** The image of a container. */
    public static final String IMAGE = "container.image.name";

    /** The engine's id of a container. */
    public static final String CONTAINER = "container.id";

    private TraceAttributes() {}
}
