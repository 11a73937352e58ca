package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.telemetry.Step;
import dev.kohakku.common.telemetry.TraceSpan;
import dev.kohakku.common.telemetry.Traces;
import org.jspecify.annotations.Nullable;

/**
 * The trace of one attempt: that of its task. Thread-safe.
 *
 * @param traceparent of the task, null for none
 */
record AttemptTrace(Traces traces, AttemptId attempt, @Nullable String traceparent) {

    /** A step of it, on this thread. */
    TraceSpan begin(Step step) {
        return traces.begin(step, traceparent).of(attempt);
    }

    /** What this thread does until then belongs to it. */
    Traces.Carried carry() {
        return traces.carry(traceparent);
    }

    /** The same where the Controller knows the task's trace and the delivery did not. */
    AttemptTrace orElse(@Nullable String known) {
        return traceparent == null ? new AttemptTrace(traces, attempt, known) : this;
    }
}
