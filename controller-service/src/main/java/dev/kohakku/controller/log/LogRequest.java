package dev.kohakku.controller.log;

import static dev.kohakku.common.wire.Problems.type;

import dev.kohakku.common.log.LogPosition;
import dev.kohakku.controller.task.Tasks;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.Problem;
import dev.kohakku.controller.web.QueryFields;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * What a reader of a log asks for.
 *
 * @param start where to begin
 * @param follow whether to go on until the end
 * @param oneAttempt whether an attempt was named, so that the next one is none of this reader's
 */
record LogRequest(LogPosition start, boolean follow, boolean oneAttempt) {

    private static final String LAST_EVENT = "Last-Event-ID";

    /** Reads query and header; 400 names what is wrong, 404 an attempt that is not there. */
    static LogRequest read(HttpServletRequest request, Tasks.Standing standing) {
        var errors = new FieldErrors();
        var query = QueryFields.of(request, errors);
        var follow = query.flag("follow");
        var attempt = query.whole("attempt", 1, 1_000, 0);
        query.refuseUnknown();
        var last = lastEvent(request.getHeader(LAST_EVENT), errors);
        if (last != null && attempt != 0 && last.attempt() != attempt) {
            errors.add(LAST_EVENT, "range", "belongs to attempt " + last.attempt());
        }
        if (last != null && !follow) {
            errors.add(LAST_EVENT, "unsupported", "is for follow=true only");
        }
        errors.refuseIfAny();
        var wanted = last != null ? last.attempt() : attempt;
        if (wanted > standing.attempt()) {
            throw Problem.of(
                            type("attempt-unknown"),
                            HttpStatus.NOT_FOUND,
                            "No such attempt",
                            "The task has " + standing.attempt() + " attempts, not " + wanted + ".")
                    .exception();
        }
        var begin = LogPosition.startOf(wanted == 0 ? standing.attempt() : wanted);
        return new LogRequest(last != null ? last : begin, follow, attempt != 0);
    }

    private static @Nullable LogPosition lastEvent(@Nullable String header, FieldErrors errors) {
        if (header == null || header.isEmpty()) {
            return null;
        }
        try {
            return LogPosition.parse(header);
        } catch (IllegalArgumentException refused) {
            errors.add(LAST_EVENT, "format", String.valueOf(refused.getMessage()));
            return null;
        }
    }
}
