package dev.kohakku.dispatcher.backend.docker;

import java.util.List;
import java.util.Locale;

/** What the engine's words on a failed pull mean. */
enum PullFailure {
    /** The registry answered that there is no such image. */
    UNKNOWN,
    /** The registry answered that we may not. */
    DENIED,
    /** No registry could be asked. */
    UNREACHABLE,
    /** The registry is there and cannot now. */
    TROUBLED;

    private static final List<String> UNKNOWN_WORDS =
            List.of(
                    "manifest unknown",
                    "name unknown",
                    "not found",
                    "no matching manifest",
                    "invalid reference",
                    "invalid repository name",
                    "no such image");
    private static final List<String> DENIED_WORDS =
            List.of(
                    "pull access denied",
                    "unauthorized",
                    "authentication required",
                    "no basic auth credentials",
                    "incorrect username or password",
                    "denied",
                    "forbidden");
    private static final List<String> UNREACHABLE_WORDS =
            List.of(
                    "no such host",
                    "connection refused",
                    "network is unreachable",
                    "no route to host",
                    "server misbehaving",
                    "temporary failure in name resolution",
                    "dial tcp");
    private static final List<String> TROUBLED_WORDS =
            List.of("toomanyrequests", "rate limit", "too many requests");

    /** Reads the engine's words. */
    static PullFailure of(String words) {
        var said = words.toLowerCase(Locale.ROOT);
        if (contains(said, TROUBLED_WORDS)) {
            return TROUBLED;
        }
        if (contains(said, UNREACHABLE_WORDS)) {
            return UNREACHABLE;
        }
        // why before unknown: "denied … repository does not exist or may require 'docker login'".
        if (contains(said, DENIED_WORDS)) {
            return DENIED;
        }
        return contains(said, UNKNOWN_WORDS) ? UNKNOWN : TROUBLED;
    }

    private static boolean contains(String said, List<String> words) {
        return words.stream().anyMatch(said::contains);
    }
}
