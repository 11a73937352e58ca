package dev.kohakku.dispatcher.agent;

import dev.kohakku.common.wire.StorableText;
import dev.kohakku.dispatcher.web.JsonBodies;
import dev.kohakku.dispatcher.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Reads what agents send, and refuses what is wrong field by field. */
final class AgentBodies {

    private static final int MOST_BYTES = 64 << 10;
    private static final int MOST_JSON = 16 << 10;
    private static final int LONGEST_MESSAGE = 2_000;
    private static final int LONGEST_ERROR = 5_000;
    private static final int LONGEST_KEY = 500;

    private final JsonBodies bodies;
    private final JsonMapper json;

    AgentBodies(JsonBodies bodies, JsonMapper json) {
        this.bodies = bodies;
        this.json = json;
    }

    private record CheckInBody(@Nullable String agent, @Nullable String version) {}

    private record ProgressBody(
            @Nullable Integer percent,
            @Nullable String message,
            @Nullable Map<String, Object> detail) {}

    void checkIn(HttpServletRequest request) throws IOException {
        var body = bodies.read(request, CheckInBody.class, MOST_BYTES);
        var errors = new ArrayList<Problem.FieldError>();
        longest(errors, "agent", body.agent(), LONGEST_KEY);
        longest(errors, "version", body.version(), LONGEST_KEY);
        refuseIfAny(errors);
    }

    AgentRecord.Progress progress(HttpServletRequest request, Instant at) throws IOException {
        var body = bodies.read(request, ProgressBody.class, MOST_BYTES);
        var errors = new ArrayList<Problem.FieldError>();
        var percent = body.percent();
        if (percent != null && (percent < 0 || percent > 100)) {
            errors.add(new Problem.FieldError("percent", "must be from 0 to 100"));
        }
        longest(errors, "message", body.message(), LONGEST_MESSAGE);
        largest(errors, "detail", body.detail());
        if (percent == null && body.message() == null && body.detail() == null) {
            errors.add(
                    new Problem.FieldError(
                            "body", "needs at least one of percent, message, detail"));
        }
        refuseIfAny(errors);
        return new AgentRecord.Progress(
                at, percent, body.message(), Objects.requireNonNullElse(body.detail(), Map.of()));
    }

    CheckBack checkBack(HttpServletRequest request) throws IOException {
        var body = bodies.read(request, CheckBack.class, MOST_BYTES);
        var errors = new ArrayList<Problem.FieldError>();
        if (body.status() == null) {
            errors.add(new Problem.FieldError("status", "is required: completed or failed"));
        }
        longest(errors, "result_key", body.resultKey(), LONGEST_KEY);
        longest(errors, "error_message", body.errorMessage(), LONGEST_ERROR);
        largest(errors, "result_metadata", body.resultMetadata());
        refuseIfAny(errors);
        return body;
    }

    private static void longest(
            List<Problem.FieldError> errors, String field, @Nullable String text, int most) {
        if (text != null && text.length() > most) {
            errors.add(new Problem.FieldError(field, "may have at most " + most + " characters"));
        }
        storable(errors, field, text);
    }

    /** why at the door: what the Controller cannot keep would hold up the attempt's end. */
    private static void storable(
            List<Problem.FieldError> errors, String field, @Nullable Object value) {
        var fault = faultIn(value);
        if (fault != null) {
            errors.add(new Problem.FieldError(field, fault));
        }
    }

    /** The first fault of its texts, the names of members included; null when there is none. */
    private static @Nullable String faultIn(@Nullable Object value) {
        return switch (value) {
            case String text -> StorableText.faultOf(text);
            case Map<?, ?> map ->
                    firstFault(Stream.concat(map.keySet().stream(), map.values().stream()));
            case List<?> list -> firstFault(list.stream());
            case null, default -> null;
        };
    }

    private static @Nullable String firstFault(Stream<?> values) {
        return values.map(AgentBodies::faultIn).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private void largest(
            List<Problem.FieldError> errors, String field, @Nullable Map<String, Object> value) {
        if (value != null && json.writeValueAsBytes(value).length > MOST_JSON) {
            errors.add(new Problem.FieldError(field, "may have at most " + MOST_JSON + " bytes"));
        }
        storable(errors, field, value);
    }

    private static void refuseIfAny(List<Problem.FieldError> errors) {
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
    }
}
