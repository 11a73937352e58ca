package dev.kohakku.controller.task;

import dev.kohakku.controller.web.JsonFields;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the two fields of a task that are text by name: environment and labels. */
final class NamedTexts {

    /** The one label of ours a client may set: the workflow worker does. */
    static final String WORKFLOW_INSTANCE = "kohakku.dev/workflow-instance";

    private static final Pattern LABEL_NAME =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final Pattern LABEL_PREFIX =
            Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
    private static final Pattern TARGET_LABEL = Pattern.compile("[A-Za-z0-9._/-]{0,100}");
    private static final Pattern OURS = Pattern.compile("(?:.*\\.)?kohakku\\.dev/.*");

    private NamedTexts() {}

    /** Variables any process can be given, none of ours among them. */
    static Map<String, String> env(JsonFields fields) {
        var env = fields.textByName("env", 1_000, ProgramLimits.LONGEST_STRING);
        env.keySet()
                .forEach(name -> {
                    var fault = faultOfVariable(name);
                    if (fault != null) {
                        fields.refuse("env." + shown(name), fault.code(), fault.message());
                    }
                });
        return env;
    }

    private static @Nullable Fault faultOfVariable(String name) {
        if (name.isEmpty()) {
            return new Fault("format", "the name of a variable must not be empty");
        }
        if (name.length() > 255) {
            return new Fault("too_long", "the name of a variable has at most 255 characters");
        }
        if (name.contains("=")) {
            return new Fault("format", "the name of a variable must not contain '='");
        }
        if (name.codePoints().anyMatch(c -> c <= ' ' || c > '~')) {
            return new Fault("format", "the name of a variable has visible ASCII characters only");
        }
        if (name.startsWith("KOHAKKU_") || name.equals("TRACEPARENT")) {
            return new Fault(
                    "reserved", "the platform sets TRACEPARENT and all KOHAKKU_ variables");
        }
        return null;
    }

    /**
     * Labels in the form of Kubernetes, so that backends can carry them.
     *
     * @see <a
     *     href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Labels</a>
     */
    static Map<String, String> labels(JsonFields fields) {
        var labels = fields.textByName("labels", 50, 63);
        labels.forEach((key, value) -> {
            var fault = faultOfKey(key);
            if (fault == null) {
                fault = faultOfValue(key, value);
            }
            if (fault != null) {
                fields.refuse("labels." + shown(key), fault.code(), fault.message());
            }
        });
        return labels;
    }

    /** Labels of dispatchers, which are of operators and have a form of their own. */
    static Map<String, String> targetLabels(JsonFields fields) {
        var labels = fields.textByName("labels", 50, 100);
        labels.forEach((key, value) -> {
            if (!TARGET_LABEL.matcher(key).matches() || !TARGET_LABEL.matcher(value).matches()) {
                fields.refuse(
                        "labels." + shown(key),
                        "format",
                        "a dispatcher's label has a name and a value of up to 100 letters, digits,"
                                + " '.', '_', '-' and '/'");
            }
        });
        return labels;
    }

    static @Nullable Fault faultOfKey(String key) {
        if (OURS.matcher(key).matches() && !key.equals(WORKFLOW_INSTANCE)) {
            return new Fault("reserved", "the platform sets the labels of kohakku.dev/");
        }
        var slash = key.indexOf('/');
        var prefix = key.substring(0, Math.max(slash, 0));
        if (!LABEL_NAME.matcher(key.substring(slash + 1)).matches()
                || (slash >= 0
                        && (prefix.length() > 253 || !LABEL_PREFIX.matcher(prefix).matches()))) {
            return new Fault(
                    "format",
                    "a label's key is [dns.prefix/]name, the name of 1 to 63 letters, digits and"
                            + " '.', '_', '-', beginning and ending with a letter or digit");
        }
        return null;
    }

    private static @Nullable Fault faultOfValue(String key, String value) {
        if (key.equals(WORKFLOW_INSTANCE)) {
            try {
                return value.length() == 36 && UUID.fromString(value) != null
                        ? null
                        : new Fault("format", "is the id of a workflow instance");
            } catch (IllegalArgumentException refused) {
                return new Fault("format", "is the id of a workflow instance");
            }
        }
        return value.isEmpty() || LABEL_NAME.matcher(value).matches()
                ? null
                : new Fault(
                        "format",
                        "a label's value is empty or of up to 63 letters, digits and '.', '_', '-',"
                                + " beginning and ending with a letter or digit");
    }

    static String shown(String name) {
        var clean = name.replaceAll("\\p{Cntrl}", "?");
        return clean.length() > 80 ? clean.substring(0, 80) + "…" : clean;
    }

    /** What is wrong with a name or a value. */
    record Fault(String code, String message) {}
}
