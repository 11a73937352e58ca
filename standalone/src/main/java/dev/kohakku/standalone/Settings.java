package dev.kohakku.standalone;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the environment says about a run on one machine.
 *
 * @param home where everything lives that survives
 * @param repository where the services' jars are found
 * @param counts how many processes there are of each service
 * @param environment what the children inherit and what overrides a generated value
 * @param demoExit end after the sample
 * @param restart start a child again that died
 * @param sample dispatch the sample at all
 */
record Settings(
        Path home,
        Path repository,
        Ports ports,
        Counts counts,
        Map<String, String> environment,
        boolean demoExit,
        boolean restart,
        boolean sample) {

    record Ports(int controller, int dispatcher) {}

    static Settings from(Map<String, String> environment, Path repository) {
        var home =
                Path.of(environment.getOrDefault("KOHAKKU_HOME", ".kohakku"))
                        .toAbsolutePath()
                        .normalize();
        var root = environment.get("KOHAKKU_REPOSITORY");
        return new Settings(
                home,
                root == null ? repository : Path.of(root).toAbsolutePath().normalize(),
                new Ports(
                        port(environment, "CONTROLLER_PORT", 8000),
                        port(environment, "DISPATCHER_PORT", 8080)),
                Counts.from(environment),
                environment,
                flag(environment, "DEMO_EXIT", false),
                flag(environment, "KOHAKKU_RESTART", true),
                flag(environment, "KOHAKKU_SAMPLE", true));
    }

    private static int port(Map<String, String> environment, String name, int otherwise) {
        var value = environment.get(name);
        if (value == null || value.isBlank()) {
            return otherwise;
        }
        try {
            int port = Integer.parseInt(value.strip());
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new StartRefused(
                    name + " is '" + value + "': it must be a port, 0 (any free one) to 65535", e);
        }
        throw new StartRefused(
                name + " is " + value + ": it must be a port, 0 (any free one) to 65535");
    }

    private static boolean flag(Map<String, String> environment, String name, boolean otherwise) {
        @Nullable String value = environment.get(name);
        if (value == null) {
            return otherwise;
        }
        return switch (value.strip()) {
            case "" -> otherwise;
            case "1", "yes", "true" -> true;
            case "0", "no", "false" -> false;
            default ->
                    throw new StartRefused(
                            name
                                    + " is '"
                                    + value
                                    + "': it must be yes (1, true) or no (0, false)");
        };
    }
}
