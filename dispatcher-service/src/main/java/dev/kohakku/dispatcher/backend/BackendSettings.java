package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.RuntimeType;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which backends are served, and for whom.
 *
 * @param types from {@code kohakku.runtime-backends} ({@code RUNTIME_BACKEND})
 * @param installation from {@code kohakku.installation} ({@code KOHAKKU_INSTALLATION}): containers
 *     of others on the same engine are never seen
 */
public record BackendSettings(Set<RuntimeType> types, String installation) {

    /** It is a label and a directory. */
    private static final Pattern INSTALLATION = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public BackendSettings {
        types = Set.copyOf(types);
        if (!INSTALLATION.matcher(installation).matches()) {
            throw new IllegalArgumentException(
                    "KOHAKKU_INSTALLATION '"
                            + installation
                            + "' must be 1 to 63 lower-case letters, digits, '.', '_' or '-', the"
                            + " first a letter or digit");
        }
    }

    /**
     * Reads the names users write.
     *
     * @throws IllegalArgumentException when there is none, or one that is not available
     */
    static BackendSettings of(List<String> names, Set<RuntimeType> available, String installation) {
        var types =
                names.stream()
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .map(name -> type(name, available))
                        .collect(Collectors.toSet());
        if (types.isEmpty()) {
            throw new IllegalArgumentException(
                    "RUNTIME_BACKEND names no backend; write one or more of " + names(available));
        }
        return new BackendSettings(types, installation);
    }

    private static RuntimeType type(String name, Set<RuntimeType> available) {
        return available.stream()
                .filter(type -> name(type).equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "RUNTIME_BACKEND: '"
                                        + name
                                        + "' is not a backend; known are "
                                        + names(available)));
    }

    private static String names(Set<RuntimeType> types) {
        return types.stream().map(BackendSettings::name).sorted().collect(Collectors.joining(", "));
    }

    private static String name(RuntimeType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
