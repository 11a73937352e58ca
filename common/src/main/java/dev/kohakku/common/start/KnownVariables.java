package dev.kohakku.common.start;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The names of environment variables with our prefix that any program of the platform reads. Those
 * of all services, since they are often started with one environment. The resource {@code
 * known-variables.txt} lists them: properties, from which Spring Boot makes names, and variables.
 */
final class KnownVariables {

    /** What begins like this is ours. */
    static final String PREFIX = "KOHAKKU_";

    private static final String RESOURCE = "known-variables.txt";

    /** The place in a list: {@code KOHAKKU_DOCKER_REGISTRIES_0_ADDRESS}. */
    private static final Pattern INDEX = Pattern.compile("_\\d+(?=_|$)");

    /**
     * What Kubernetes and Docker put into a container for each Service beside it; the service's own
     * name may begin with our prefix.
     */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(
                    "KOHAKKU(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

    /** Its variable {@code …_PORT} has no number but an address. */
    private static final Pattern LINK_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

    private final TreeSet<String> names = new TreeSet<>();
    private final TreeSet<String> prefixes = new TreeSet<>();

    private KnownVariables(List<String> lines) {
        for (var line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.endsWith("*")) {
                prefixes.add(line.substring(0, line.length() - 1));
            } else if (line.startsWith(PREFIX)) {
                names.add(line);
            } else {
                // why both: Spring Boot reads the second one as well.
                names.add(variable(line.replace("-", "")));
                names.add(variable(line.replace('-', '_')));
            }
        }
    }

    /** Those of the resource. */
    static KnownVariables read() {
        try (var resource = KnownVariables.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException(RESOURCE + " is missing in this jar");
            }
            return new KnownVariables(
                    new String(resource.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String variable(String property) {
        return property.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** Whether somebody reads it, or somebody else than us has set it. */
    boolean include(Map.Entry<String, String> variable) {
        var name = variable.getKey();
        return names.contains(INDEX.matcher(name).replaceAll(""))
                || prefixes.stream().anyMatch(name::startsWith)
                || SERVICE_LINK.matcher(name).matches()
                || (name.endsWith("_PORT") && LINK_ADDRESS.matcher(variable.getValue()).matches());
    }

    /** The one that was probably meant. */
    Optional<String> nearest(String name) {
        var nearest = Optional.<String>empty();
        int least = name.length() / 4 + 1;
        for (var each : names) {
            int distance = distance(name, each);
            if (distance < least) {
                least = distance;
                nearest = Optional.of(each);
            }
        }
        return nearest;
    }

    /** Levenshtein's: how many letters to insert, remove or replace. */
    private static int distance(String a, String b) {
        var above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            var row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
