package dev.kohakku.controller.deadletter;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter in JSON.
 *
 * @param id of the delivery, or the task's own
 * @param diedAt when the delivery was moved out of its queue, or the task ended
 * @param reason for a person
 * @param taskId what the delivery names; null where it cannot be read
 * @param attempt what the delivery names, or the task's last one
 * @param state of the task now; null where there is no such task
 * @param failureKind how the task ended; null while it has not, or where it did well
 * @param queue of a delivery
 * @param entryId what the queue called the delivery
 * @param fields of the delivery, as they were written
 * @param redrivenAs the task that does it again; null while none does
 */
record DeadLetterView(
        UUID id,
        Kind kind,
        Instant diedAt,
        @Nullable String reason,
        @Nullable UUID taskId,
        @Nullable Integer attempt,
        @Nullable TaskState state,
        @Nullable FailureKind failureKind,
        @Nullable String queue,
        @Nullable String entryId,
        @Nullable Map<String, String> fields,
        @Nullable UUID redrivenAs) {

    /** What died. */
    enum Kind {
        /** An entry on a queue that could not be read or was delivered too often. */
        @JsonProperty("delivery")
        DELIVERY,
        /** A task that ended by a failure another try may mend, and is not tried again. */
        @JsonProperty("task")
        TASK;

        /**
         * The kind of this name.
         *
         * @throws IllegalArgumentException that says what would be right
         */
        static Kind of(String name) {
            return switch (name) {
                case "delivery" -> DELIVERY;
                case "task" -> TASK;
                default -> throw new IllegalArgumentException("must be one of delivery, task");
            };
        }
    }
}
