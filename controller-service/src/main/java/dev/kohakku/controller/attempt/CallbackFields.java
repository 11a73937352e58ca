package dev.kohakku.controller.attempt;

import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.JsonBody;
import dev.kohakku.controller.web.JsonFields;
import dev.kohakku.controller.web.QueryFields;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Reads a terminal report strictly: unknown fields are errors, and every error is named. */
@Component
class CallbackFields {

    private static final int LONGEST_KEY = 500;
    private static final int LONGEST_MESSAGE = 5_000;
    private static final int LONGEST_LOG_STREAM = 1_000;
    private static final int LONGEST_WORD = 100;

    private final JsonBody bodies;

    CallbackFields(JsonBody bodies) {
        this.bodies = bodies;
    }

    /**
     * The report.
     *
     * @param task of the path, which the body must repeat
     */
    Callback read(TaskId task, byte[] body) {
        var errors = new FieldErrors();
        var fields = JsonFields.of(bodies.read(body), "", errors);
        for (var required :
                new String[] {"status", "completed_at", "task_id", "attempt", "epoch"}) {
            fields.require(required);
        }
        var status = fields.parsed("status", LONGEST_WORD, wordOf(Callback.Status.class, true));
        var kind = fields.parsed("failure_kind", LONGEST_WORD, wordOf(FailureKind.class, false));
        var exitCode = fields.whole("exit_code", Integer.MIN_VALUE, Integer.MAX_VALUE);
        var resultKey = fields.text("result_key", LONGEST_KEY);
        var metadata = fields.object("result_metadata");
        var message = fields.text("error_message", LONGEST_MESSAGE);
        var completedAt = fields.parsed("completed_at", LONGEST_WORD, QueryFields::instantOf);
        var taskId = fields.parsed("task_id", LONGEST_WORD, TaskId::parse);
        var attempt = fields.whole("attempt", 1, Integer.MAX_VALUE);
        var epoch = fields.whole("epoch", 1, Integer.MAX_VALUE);
        var logStream = fields.text("log_stream", LONGEST_LOG_STREAM);
        fields.refuseUnknown();
        if (taskId != null && !taskId.equals(task)) {
            fields.refuse("task_id", "mismatch", "is not the task of the path, " + task);
        }
        if (kind != null
                && (status == Callback.Status.COMPLETED || status == Callback.Status.CANCELLED)) {
            fields.refuse("failure_kind", "unsupported", "goes with failed and timed_out only");
        }
        errors.refuseIfAny();
        return new Callback(
                Objects.requireNonNull(status),
                exitCode,
                kind,
                resultKey,
                metadata,
                message,
                Objects.requireNonNull(completedAt),
                task,
                Objects.requireNonNull(attempt),
                new Epoch(Objects.requireNonNull(epoch)),
                logStream);
    }

    private static <E extends Enum<E>> Function<String, E> wordOf(
            Class<E> type, boolean lowerCase) {
        Function<E, String> word =
                value -> lowerCase ? value.name().toLowerCase(Locale.ROOT) : value.name();
        return text ->
                Arrays.stream(type.getEnumConstants())
                        .filter(value -> word.apply(value).equals(text))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "must be one of "
                                                + Arrays.stream(type.getEnumConstants())
                                                        .map(word)
                                                        .collect(Collectors.joining(", "))));
    }
}
