package dev.kohakku.controller.task;

import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.task.CpuQuantity;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.MemoryQuantity;
import dev.kohakku.common.task.PortMapping;
import dev.kohakku.common.task.Resources;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.JsonFields;
import dev.kohakku.controller.web.QueryFields;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Reads the body of {@code POST /api/v1/tasks}: either everything is right and every default is
 * filled in, or everything that is wrong is noted.
 */
@Component
public class TaskReader {

    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_TEXT = 1 << 20;
    private static final int LONGEST_REGISTERED_NAME = 200;

    /** What a subprocess is given, which has no image, where the task names none. */
    private static final ImageReference NO_IMAGE = ImageReference.parse("scratch");

    private final Clock clock;

    TaskReader(Clock clock) {
        this.clock = clock;
    }

    /**
     * Reads a task.
     *
     * @param body the JSON object
     * @param path where it stands in the request's body; empty where it is the body
     * @param errors what is wrong is added here
     * @return empty when anything is wrong
     */
    public Optional<TaskSpec> read(JsonNode body, String path, FieldErrors errors) {
        var before = errors.all().size();
        var fields = JsonFields.of(body, path, errors);
        var spec = spec(fields, target(fields));
        fields.refuseUnknown();
        return errors.all().size() > before ? Optional.empty() : Optional.of(spec);
    }

    /** What was asked for, with something harmless wherever something was wrong. */
    private TaskSpec spec(JsonFields fields, RuntimeTarget target) {
        var command = command(fields, target);
        var env = NamedTexts.env(fields);
        ProgramLimits.check(fields, command, env);
        return new TaskSpec(
                name(fields),
                image(fields, target),
                command,
                fields.text("instructions", LONGEST_TEXT),
                or(fields.object("context"), Map.of()),
                registered(fields, "skills"),
                registered(fields, "configs"),
                registered(fields, "secrets"),
                env,
                resources(fields, target),
                ports(fields, target),
                target,
                timeouts(fields),
                or(fields.whole("max_attempts", 1, 20), 1),
                or(fields.whole("priority", 0, 9), 5),
                NamedTexts.labels(fields),
                or(
                        fields.parsed(
                                "completion", 50, text -> choice(CompletionMode.values(), text)),
                        CompletionMode.EXIT_CODE),
                fields.parsed("callback_url", 2_000, CallbackUrl::parse));
    }

    private static RuntimeTarget target(JsonFields fields) {
        var target = fields.fields("runtime_target");
        var type = target.parsed("type", 50, TaskReader::runtimeType);
        var namespace = target.parsed("namespace", 63, TaskReader::namespace);
        var known = type == null ? RuntimeType.LOCAL : type;
        if (namespace != null && known != RuntimeType.K8S) {
            target.refuse("namespace", "unsupported", "is for the target k8s only");
        }
        var pool = target.parsed("pool", 100, TaskReader::pool);
        var labels = NamedTexts.targetLabels(target);
        target.refuseUnknown();
        return new RuntimeTarget(known, namespace, or(pool, RuntimeTarget.DEFAULT_POOL), labels);
    }

    private static RuntimeType runtimeType(String text) {
        for (var type : RuntimeType.values()) {
            if (type.name().toLowerCase(Locale.ROOT).equals(text)) {
                return type;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is none of local, k8s, ecs, worker");
    }

    private static String pool(String text) {
        if (!text.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException("is made of letters, digits, '.', '_' and '-'");
        }
        return text;
    }

    private static String namespace(String text) {
        if (!text.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?")) {
            throw new IllegalArgumentException(
                    "is not the name of a namespace: lower-case letters, digits and '-', up to 63");
        }
        return text;
    }

    private static String name(JsonFields fields) {
        fields.require("name");
        var name = fields.text("name", LONGEST_NAME);
        if (name != null
                && (name.isBlank() || name.codePoints().anyMatch(Character::isISOControl))) {
            fields.refuse("name", "format", "must not be blank nor contain control characters");
        }
        return or(name, "");
    }

    private static ImageReference image(JsonFields fields, RuntimeTarget target) {
        if (target.type() != RuntimeType.WORKER) {
            fields.require("image");
        }
        return or(fields.parsed("image", 4_000, ImageReference::parse), NO_IMAGE);
    }

    private static List<String> command(JsonFields fields, RuntimeTarget target) {
        var command =
                fields.texts("command", 1_000, ProgramLimits.LONGEST_STRING, (place, text) -> {});
        if (!command.isEmpty() && command.getFirst().isBlank()) {
            fields.refuse("command", "format", "begins with the program, which must not be blank");
        }
        if (target.type() == RuntimeType.WORKER && !fields.has("command")) {
            fields.refuse(
                    "command",
                    "missing",
                    "is required for the target worker: a subprocess has no image whose program"
                            + " could run");
        } else if (target.type() == RuntimeType.WORKER && command.isEmpty()) {
            fields.refuse("command", "missing", "must name a program for the target worker");
        }
        return command;
    }

    /** There is no registry yet: every name is unknown. */
    private static List<String> registered(JsonFields fields, String kind) {
        var seen = new HashSet<String>();
        var one = kind.substring(0, kind.length() - 1);
        return fields.texts(
                kind,
                100,
                LONGEST_REGISTERED_NAME,
                (place, name) -> {
                    var index = place.substring(place.lastIndexOf('['));
                    if (!seen.add(name)) {
                        fields.refuse(kind + index, "duplicate", "names '" + name + "' again");
                    } else {
                        fields.refuse(
                                kind + index,
                                "not_found",
                                "there is no " + one + " '" + name + "'");
                    }
                });
    }

    private static Resources resources(JsonFields fields, RuntimeTarget target) {
        var resources = fields.fields("resources");
        var cpu = resources.parsed("cpu", 50, CpuQuantity::parse);
        var memory = resources.parsed("memory", 50, MemoryQuantity::parse);
        resources.refuseUnknown();
        if (target.type() == RuntimeType.WORKER && (cpu != null || memory != null)) {
            fields.refuse(
                    "resources",
                    "unsupported",
                    "cannot be limited for the target worker: a subprocess has no limits of its"
                            + " own");
        }
        return new Resources(cpu, memory);
    }

    private static List<PortMapping> ports(JsonFields fields, RuntimeTarget target) {
        var ports = new ArrayList<PortMapping>();
        for (var port : fields.objects("ports", 100)) {
            port.require("container_port");
            var number = port.whole("container_port", 1, 65_535);
            var protocol =
                    port.parsed(
                            "protocol", 20, text -> choice(PortMapping.Protocol.values(), text));
            port.refuseUnknown();
            if (number == null) {
                continue;
            }
            var mapping = new PortMapping(number, or(protocol, PortMapping.Protocol.TCP));
            if (ports.contains(mapping)) {
                port.refuse("container_port", "duplicate", "is offered already: " + number);
            }
            ports.add(mapping);
        }
        if (target.type() == RuntimeType.WORKER && fields.has("ports")) {
            fields.refuse(
                    "ports",
                    "unsupported",
                    "cannot be offered by the target worker: a subprocess uses the machine's own"
                            + " ports");
        }
        return ports;
    }

    private TaskSpec.Timeouts timeouts(JsonFields fields) {
        var longest = (int) Deadlines.LONGEST_WAIT.toSeconds();
        var run = or(fields.whole("timeout_seconds", 1, longest), 3_600);
        var queue = fields.whole("queue_timeout_seconds", 1, longest);
        var start = or(fields.whole("start_timeout_seconds", 1, 86_400), 300);
        var expires = fields.parsed("expires_at", 100, QueryFields::instantOf);
        if (expires != null && !expires.isAfter(clock.instant())) {
            fields.refuse("expires_at", "range", "lies in the past");
        }
        return new TaskSpec.Timeouts(
                Duration.ofSeconds(run),
                queue == null ? null : Duration.ofSeconds(queue),
                Duration.ofSeconds(start),
                expires);
    }

    private static <E extends Enum<E>> E choice(E[] values, String text) {
        var names = new ArrayList<String>();
        for (var value : values) {
            var name = value.name().toLowerCase(Locale.ROOT);
            if (name.equals(text)) {
                return value;
            }
            names.add(name);
        }
        throw new IllegalArgumentException("'" + text + "' is none of " + String.join(", ", names));
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
