package dev.kohakku.common.task;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A container image's name: {@code [registry/]repository[:tag][@digest]}.
 *
 * @param registry host and port, null where the engine's default applies
 * @param repository path without registry
 * @param tag null when none was written
 * @param digest such as {@code sha256:…}, null when none was written
 * @see <a href="https://github.com/distribution/reference/blob/main/reference.go">the grammar</a>
 */
public record ImageReference(
        @Nullable String registry,
        String repository,
        @Nullable String tag,
        @Nullable String digest) {

    /** Where a reference without a registry points to. */
    public static final String DOCKER_HUB = "docker.io";

    private static final Set<String> DOCKER_HUB_NAMES =
            Set.of(DOCKER_HUB, "index.docker.io", "registry-1.docker.io");

    private static final int LONGEST = 512;
    private static final String HOST_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern REGISTRY =
            Pattern.compile("%1$s(?:\\.%1$s)*(?::[0-9]{1,5})?".formatted(HOST_LABEL));
    private static final Pattern FORM =
            Pattern.compile(
                    "(?:(?<registry>(?:localhost|"
                            + HOST_LABEL
                            + "(?:\\."
                            + HOST_LABEL
                            + ")+|"
                            + HOST_LABEL
                            + "(?=:[0-9]))(?::[0-9]{1,5})?)/)?(?<repository>"
                            + COMPONENT
                            + "(?:/"
                            + COMPONENT
                            + ")*)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?");

    /**
     * Reads an image reference.
     *
     * @throws IllegalArgumentException when the text does not follow the grammar
     */
    public static ImageReference parse(String text) {
        var match = FORM.matcher(text);
        if (text.length() > LONGEST || !match.matches()) {
            throw new IllegalArgumentException(
                    "'"
                            + Abbreviated.of(text)
                            + "' is not an image reference: write [registry/]repository[:tag][@sha256:digest], the repository in lower case");
        }
        return new ImageReference(
                match.group("registry"),
                match.group("repository"),
                match.group("tag"),
                match.group("digest"));
    }

    /** The registry's host and port, one name for each however it was written. */
    public String registryAddress() {
        return registry == null || DOCKER_HUB_NAMES.contains(registry) ? DOCKER_HUB : registry;
    }

    /** The same of an address by itself; empty where it is none. */
    public static Optional<String> registryAddressOf(String text) {
        if (text.length() > LONGEST || !REGISTRY.matcher(text).matches()) {
            return Optional.empty();
        }
        return Optional.of(DOCKER_HUB_NAMES.contains(text) ? DOCKER_HUB : text);
    }

    /** The form {@link #parse} reads back. */
    @Override
    public String toString() {
        return (registry == null ? "" : registry + "/")
                + repository
                + (tag == null ? "" : ":" + tag)
                + (digest == null ? "" : "@" + digest);
    }
}
