package dev.kohakku.common.telemetry;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Whom what this thread logs is about, until it is closed on the same thread. */
public final class LogContext implements AutoCloseable {

    private final List<String> keys = new ArrayList<>();

    private LogContext() {}

    /**
     * About an attempt.
     *
     * @param epoch null while none is known
     * @param traceparent of its task, null for none
     */
    public static LogContext of(
            AttemptId attempt, @Nullable Epoch epoch, @Nullable String traceparent) {
        return new LogContext()
                .with(MdcKeys.TASK, attempt.task().toString())
                .with(MdcKeys.ATTEMPT, Integer.toString(attempt.number()))
                .with(MdcKeys.EPOCH, epoch == null ? null : epoch.toString())
                .with(MdcKeys.TRACE, Traces.traceIdOf(traceparent));
    }

    /** About a task, and one of its attempts where that is named; each is a text of a request. */
    public static LogContext ofRequest(@Nullable String task, @Nullable String attempt) {
        return new LogContext().with(MdcKeys.TASK, task).with(MdcKeys.ATTEMPT, attempt);
    }

    // why not over what is there: the tracer keeps its own key up to date.
    private LogContext with(String key, @Nullable String value) {
        if (value != null && MDC.get(key) == null) {
            MDC.put(key, value);
            keys.add(key);
        }
        return this;
    }

    @Override
    public void close() {
        keys.forEach(MDC::remove);
    }
}
