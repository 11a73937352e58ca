package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.RuntimeType;
import java.util.Arrays;
import java.util.EnumSet;
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

    private static final Set<RuntimeType> AVAILABLE =
            EnumSet.of(RuntimeType.LOCAL, RuntimeType.WORKER);

    /** It is a label and a directory. */
    private static final Pattern INSTALLATION = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public BackendSettings {
        types = Set.copyOf(types);
        if (types.isEmpty()) {
            throw new IllegalArgumentException(
                    "RUNTIME_BACKEND names no backend; write one or more of " + names(AVAILABLE));
        }
        var missing = EnumSet.copyOf(types);
        missing.removeAll(AVAILABLE);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "RUNTIME_BACKEND: "
                            + names(missing)
                            + " is not available in this version; available are "
                            + names(AVAILABLE));
        }
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
     * @throws IllegalArgumentException when a name is unknown or not available
     */
    static BackendSettings of(List<String> names, String installation) {
        var types =
                names.stream()
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .map(BackendSettings::type)
                        .collect(Collectors.toSet());
        return new BackendSettings(types, installation);
    }

    private static RuntimeType type(String name) {
        return Arrays.stream(RuntimeType.values())
                // why: the mock is scripted by tasks and never real.
                .filter(type -> type != RuntimeType.MOCK)
                .filter(type -> name(type).equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "RUNTIME_BACKEND: '"
                                        + name
                                        + "' is not a backend; known are "
                                        + names(
                                                EnumSet.complementOf(
                                                        EnumSet.of(RuntimeType.MOCK)))));
    }

    private static String names(Set<RuntimeType> types) {
        return types.stream().map(BackendSettings::name).sorted().collect(Collectors.joining(", "));
    }

    private static String name(RuntimeType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
