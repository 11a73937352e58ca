package dev.kohakku.common.wire.workflow;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The contract of the workflow {@code SingleDispatch}: one task, from its creation to its end. Its
 * result is a {@link TaskEnd}, whatever the end was; it fails only where no task could be created.
 */
public final class SingleDispatch {

    /** The workflow type's name. */
    public static final String TYPE = "SingleDispatch";

    /** The label of a task that names the workflow instance it belongs to. */
    public static final String INSTANCE_LABEL = "kohakku.dev/workflow-instance";

    private SingleDispatch() {}

    /**
     * What it starts with.
     *
     * @param task the body of {@code POST /api/v1/tasks}
     */
    public record Input(Map<String, @Nullable Object> task) {

        public Input {
            // why not Map.copyOf: a JSON object may hold null.
            task = Collections.unmodifiableMap(new LinkedHashMap<>(task));
        }
    }

    /**
     * The answer to the query {@link WorkflowSignals#STATUS}.
     *
     * @param phase where it stands
     * @param taskId null before the task exists
     */
    public record Status(Phase phase, @Nullable String taskId) {}

    /** Where an instance stands. */
    public enum Phase {
        /** Asks the Controller for a task, for as long as it takes. */
        CREATING_TASK,
        /** The task lives; its end is awaited. */
        AWAITING_END,
        /** The instance is cancelled, and so is its task; its end is awaited. */
        CANCELLING,
        /** The task has ended. */
        ENDED
    }
}
