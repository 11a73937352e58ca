package dev.kohakku.dispatcher.agent;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.dispatcher.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Finds out whose agent calls, and whether it still may. */
final class AgentGate {

    static final String KEY_HEADER = "X-Agent-Key";

    private final AgentKeys keys;
    private final BriefLinks links;
    private final AgentRecords records;

    AgentGate(AgentKeys keys, BriefLinks links, AgentRecords records) {
        this.keys = keys;
        this.links = links;
        this.records = records;
    }

    /**
     * The attempt whose key the request carries.
     *
     * @throws Problem 401 for a missing or wrong key
     */
    AttemptId keyHolder(HttpServletRequest request) {
        var key = request.getHeader(KEY_HEADER);
        if (key == null || key.isBlank()) {
            throw Problem.unauthorized("the header " + KEY_HEADER + " is missing");
        }
        return keys.attemptOf(key.strip())
                .orElseThrow(() ->
                        Problem.unauthorized("the header " + KEY_HEADER + " holds a wrong key"));
    }

    /**
     * The same, and the attempt must not have ended.
     *
     * @throws Problem 410 when it has, 409 when it is not known (yet)
     */
    AttemptId caller(HttpServletRequest request) {
        var attempt = keyHolder(request);
        refuseUnlessOpen(attempt);
        return attempt;
    }

    /** The attempt whose brief may be read: by a link's signature, or by a key. */
    AttemptId reader(HttpServletRequest request, @Nullable Link link) {
        var attempt = link == null ? keyHolder(request) : holderOf(link);
        refuseUnlessOpen(attempt);
        return attempt;
    }

    /** The query of a link. */
    record Link(
            @Nullable String task,
            @Nullable String attempt,
            @Nullable String expires,
            String signature) {

        private Optional<AttemptId> id() {
            return task == null || attempt == null
                    ? Optional.empty()
                    : AgentKeys.parse(task, attempt);
        }

        private long expiry() {
            return expires != null && expires.matches("\\d{1,15}") ? Long.parseLong(expires) : 0;
        }
    }

    private AttemptId holderOf(Link link) {
        var attempt =
                link.id()
                        .orElseThrow(
                                () -> Problem.unauthorized("the link names no attempt of a task"));
        return switch (links.judge(attempt, link.expiry(), link.signature())) {
            case GOOD -> attempt;
            case EXPIRED -> throw Problem.unauthorized("the link has expired");
            case WRONG -> throw Problem.unauthorized("the link's signature is wrong");
        };
    }

    private void refuseUnlessOpen(AttemptId attempt) {
        switch (records.standing(attempt)) {
            case OPEN -> {}
            case OVER -> throw over(attempt);
            case UNKNOWN ->
                    throw Problem.of(
                            HttpStatus.CONFLICT,
                            "attempt-unknown",
                            "nobody works on attempt " + attempt + " now; try again shortly");
        }
    }

    static Problem over(AttemptId attempt) {
        return Problem.of(HttpStatus.GONE, "attempt-over", "attempt " + attempt + " has ended");
    }
}
