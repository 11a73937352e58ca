package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.task.FailureKind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a kubelet's words on a failed pull mean: containerd's, CRI-O's and the registries'. */
final class ImagePullWords {

    private static final List<String> TROUBLED =
            List.of(
                    "toomanyrequests",
                    "too many requests",
                    "rate limit",
                    "i/o timeout",
                    "deadline exceeded",
                    "no such host",
                    "connection refused",
                    "connection reset",
                    "tls handshake",
                    "temporary failure",
                    "server error",
                    "service unavailable",
                    "bad gateway",
                    "unexpected eof");
    private static final List<String> DENIED =
            List.of(
                    "pull access denied",
                    "unauthorized",
                    "authentication required",
                    "authorization failed",
                    "no basic auth credentials",
                    "denied",
                    "forbidden");
    private static final List<String> UNKNOWN =
            List.of(
                    "manifest unknown",
                    "name unknown",
                    "not found",
                    "no matching manifest",
                    "no match for platform",
                    "invalid reference",
                    "couldn't parse image");

    private ImagePullWords() {}

    /** The kind where it cannot heal; empty where another try may help, or nothing is said. */
    static Optional<FailureKind> permanentKindOf(String words) {
        var said = words.toLowerCase(Locale.ROOT);
        if (contains(said, TROUBLED)) {
            return Optional.empty();
        }
        // why before unknown: "denied: … repository does not exist or may require authorization".
        if (contains(said, DENIED)) {
            return Optional.of(FailureKind.IMAGE_ACCESS_DENIED);
        }
        return contains(said, UNKNOWN)
                ? Optional.of(FailureKind.IMAGE_NOT_FOUND)
                : Optional.empty();
    }

    private static boolean contains(String said, List<String> words) {
        return words.stream().anyMatch(said::contains);
    }
}
