package dev.kohakku.common.task;

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

    private static final int LONGEST = 512;
    private static final String HOST_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
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

    /** The form {@link #parse} reads back. */
    @Override
    public String toString() {
        return (registry == null ? "" : registry + "/")
                + repository
                + (tag == null ? "" : ":" + tag)
                + (digest == null ? "" : "@" + digest);
    }
}
