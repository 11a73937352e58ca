package dev.kohakku.dispatcher.report;

import dev.kohakku.common.wire.Problems;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What the Controller means by an error. */
final class Refusals {

    private static final Set<URI> NOT_OURS =
            Set.of(
                    Problems.ATTEMPT_FENCED,
                    Problems.ATTEMPT_SUPERSEDED,
                    Problems.ATTEMPT_PENDING,
                    Problems.ATTEMPT_ENDED,
                    Problems.ATTEMPT_OWNED,
                    Problems.TASK_UNKNOWN);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Refusals() {}

    /**
     * The problem's type, only for 404 and 409: everything else is no answer about an attempt. A
     * 404 of something that is not the Controller has none.
     */
    static Optional<URI> typeOf(RestClientException failed) {
        if (failed instanceof RestClientResponseException answer
                && (answer.getStatusCode().value() == 404
                        || answer.getStatusCode().value() == 409)) {
            return field(answer, "type").map(Refusals::uri);
        }
        return Optional.empty();
    }

    /** Whether it says that this dispatcher has no business with the attempt any more. */
    static boolean isFence(RestClientException failed) {
        return typeOf(failed).filter(NOT_OURS::contains).isPresent();
    }

    static boolean is(RestClientException failed, URI type) {
        return typeOf(failed).filter(type::equals).isPresent();
    }

    static boolean hasStatus(RestClientException failed, int status) {
        return failed instanceof RestClientResponseException answer
                && answer.getStatusCode().value() == status;
    }

    /** One line for a log: the Controller's own words, or why there are none. */
    static String wordsOf(RestClientException failed) {
        if (failed instanceof RestClientResponseException answer) {
            return answer.getStatusCode().value()
                    + field(answer, "detail").map(detail -> ": " + detail).orElse("");
        }
        Throwable cause = failed;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    private static Optional<String> field(RestClientResponseException answer, String name) {
        try {
            return JSON.readTree(answer.getResponseBodyAsByteArray())
                    .optional(name)
                    .map(node -> node.asString(""));
        } catch (JacksonException noProblemDocument) {
            return Optional.empty();
        }
    }

    private static @Nullable URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }
}
