package dev.kohakku.common.start;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.context.ApplicationListener;

/**
 * Refuses the start when the environment has a variable with our prefix that no program of the
 * platform reads: it would do nothing, and its setter would rely on it.
 */
final class MisspeltVariables implements ApplicationListener<ApplicationContextInitializedEvent> {

    @Override
    public void onApplicationEvent(ApplicationContextInitializedEvent event) {
        var context = event.getApplicationContext();
        var variables = new HashMap<String, String>();
        context.getEnvironment()
                .getSystemEnvironment()
                .forEach((name, value) -> variables.put(name, String.valueOf(value)));
        refuse(variables);
    }

    /**
     * @param environment names and values
     * @throws StartRefusedException naming every such variable at once, without its value
     */
    static void refuse(Map<String, String> environment) {
        var ours =
                environment.entrySet().stream()
                        // why: Spring Boot reads lower case too.
                        .map(each ->
                                Map.entry(each.getKey().toUpperCase(Locale.ROOT), each.getValue()))
                        .filter(each -> each.getKey().startsWith(KnownVariables.PREFIX))
                        .sorted(Map.Entry.comparingByKey())
                        .toList();
        if (ours.isEmpty()) {
            return;
        }
        var known = KnownVariables.read();
        var unknown =
                ours.stream().filter(each -> !known.include(each)).map(Map.Entry::getKey).toList();
        if (!unknown.isEmpty()) {
            throw new StartRefusedException(
                    sentences(unknown, known),
                    "Correct the name, or remove the variable. docs/configuration.md lists all"
                            + " settings; KOHAKKU_ is kept for them.");
        }
    }

    private static String sentences(List<String> unknown, KnownVariables known) {
        return unknown.stream()
                .map(name ->
                        "The environment variable %s is read by nothing%s."
                                .formatted(
                                        name,
                                        known.nearest(name)
                                                .map(near -> ": " + near + " may be meant")
                                                .orElse("")))
                .collect(Collectors.joining(" "));
    }
}
