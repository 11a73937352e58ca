package dev.kohakku.dispatcher.backend.process;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.Resources;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Starts a supervisor for an attempt. The environment goes from memory to memory, never to disk.
 */
final class Launch {

    static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** What a shell hands on to its children; it drops variables with other names. */
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private static final Path SHELL = Path.of("/bin/sh");
    private static final String SCRIPT = "supervise.sh";

    private Launch() {}

    /**
     * Refuses what a subprocess cannot give, before anything is made.
     *
     * @throws BackendException with the field's name in its message
     */
    static void check(ContainerSpec spec, Path directory) {
        if (spec.command().isEmpty()) {
            throw refused("command: the worker backend has no image to take one from; write one");
        }
        if (!spec.resources().equals(Resources.UNLIMITED)) {
            throw refused(
                    "resources: the worker backend cannot limit CPU or memory; leave them out");
        }
        if (!spec.ports().isEmpty()) {
            throw refused(
                    "ports: the worker backend cannot publish ports; a subprocess is on the"
                            + " machine's own network");
        }
        for (var name : spec.env().keySet()) {
            if (!VARIABLE.matcher(name).matches()) {
                throw refused("env: the worker backend cannot pass on a variable named " + name);
            }
        }
        var program = spec.command().getFirst();
        var path = environment(spec, directory).getOrDefault("PATH", PATH);
        if (resolve(program, path, directory).isEmpty()) {
            throw refused("exec: \"%s\": executable file not found in %s".formatted(program, path));
        }
    }

    private static BackendException refused(String message) {
        return BackendException.refused(FailureKind.START_REFUSED, message, null);
    }

    private static Optional<Path> resolve(String program, String path, Path work) {
        var candidates = new ArrayList<Path>();
        if (program.contains("/")) {
            candidates.add(work.resolve(program));
        } else if (!program.isEmpty()) {
            for (var directory : path.split(":", -1)) {
                candidates.add(work.resolve(directory).resolve(program));
            }
        }
        return candidates.stream()
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /** Why no process can be started on this machine; empty where it can. */
    static Optional<String> hindrance() {
        if (!Files.isReadable(Path.of("/proc/self/stat"))) {
            return Optional.of("the worker backend needs Linux with /proc");
        }
        for (var tool : List.of("setsid", "mv", "sleep")) {
            if (tool(tool).isEmpty()) {
                return Optional.of("the worker backend needs the program " + tool + " in " + PATH);
            }
        }
        return Files.isExecutable(SHELL)
                ? Optional.empty()
                : Optional.of("the worker backend needs " + SHELL);
    }

    private static Optional<Path> tool(String name) {
        return resolve(name, PATH, Path.of("/"));
    }

    /** Starts the supervisor; it says on disk who it is. */
    static void supervisor(ContainerSpec spec, AttemptDirectory directory) throws IOException {
        writeScript(directory);
        var arguments = new ArrayList<String>();
        arguments.add(tool("setsid").orElseThrow().toString());
        arguments.add(SHELL.toString());
        arguments.add(directory.script().toString());
        arguments.add(directory.path().toString());
        arguments.add(tool("setsid").orElseThrow().toString());
        arguments.add(tool("mv").orElseThrow().toString());
        arguments.add(tool("sleep").orElseThrow().toString());
        arguments.addAll(spec.command());
        var process = new ProcessBuilder(arguments).directory(directory.work().toFile());
        process.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        process.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        process.redirectError(ProcessBuilder.Redirect.DISCARD);
        // why cleared: the dispatcher's own environment holds its keys.
        process.environment().clear();
        process.environment().putAll(environment(spec, directory.work()));
        process.start();
    }

    /**
     * By rename, because a shell reads its script as it goes: one that runs already, for the same
     * attempt, must not find it changed.
     */
    private static void writeScript(AttemptDirectory directory) throws IOException {
        try (var script = Launch.class.getResourceAsStream(SCRIPT)) {
            if (script == null) {
                throw new IOException(SCRIPT + " is missing from the jar");
            }
            var fresh = Files.createTempFile(directory.path(), SCRIPT, ".new");
            Files.write(fresh, script.readAllBytes());
            Files.move(fresh, directory.script(), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static Map<String, String> environment(ContainerSpec spec, Path work) {
        var environment =
                new java.util.HashMap<>(
                        Map.of("PATH", PATH, "HOME", work.toString(), "LANG", "C.UTF-8"));
        environment.putAll(spec.env());
        return environment;
    }
}
