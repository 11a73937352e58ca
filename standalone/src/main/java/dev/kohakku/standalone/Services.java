package dev.kohakku.standalone;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The three services as children: how each is started and when it is ready. */
final class Services {

    private static final List<String> MODULES =
            List.of("controller-service", "dispatcher-service", "workflow-worker");
    private static final Duration READY_LIMIT = Duration.ofMinutes(2);
    private static final int STARTS_BEFORE_READY = 3;
    private static final int LAST_WORDS = 15;

    private final Settings settings;
    private final Home home;
    private final Console console;
    private final HttpClient http;
    private final Map<String, Path> jars = new LinkedHashMap<>();

    Services(Settings settings, Home home, Console console, HttpClient http) {
        this.settings = settings;
        this.home = home;
        this.console = console;
        this.http = http;
    }

    /** A started child and the question whether it is ready. */
    private record Starting(ServiceProcess process, String what, BooleanSupplier ready) {}

    /** Refuses a port that another process has, before anything is started. */
    static void requireFree(int port, String variable) {
        try (var socket = new ServerSocket(port)) {
            socket.setReuseAddress(true);
        } catch (IOException e) {
            throw new StartRefused(
                    "Port "
                            + port
                            + " is in use by another process. Stop that process, or choose another port with "
                            + variable
                            + ".",
                    e);
        }
    }

    /** Refuses a repository without the jars, with what to do about it. */
    void requireJars() {
        for (var module : MODULES) {
            if (!Files.isRegularFile(jar(module))) {
                throw new StartRefused(
                        jar(module)
                                + " is missing: build it with 'mvn package -DskipTests', or start with 'make run', which does.");
            }
        }
    }

    /** Makes the jars quick to start, all at the same time. Blocks. */
    void unpack() throws InterruptedException {
        try (var threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
            var unpacking = new LinkedHashMap<String, Future<Path>>();
            for (var module : MODULES) {
                var unpacked =
                        new ServiceJar(
                                jar(module), home.directory().resolve("apps").resolve(module));
                unpacking.put(module, threads.submit(unpacked::unpacked));
            }
            for (var module : unpacking.entrySet()) {
                jars.put(module.getKey(), module.getValue().get());
            }
        } catch (ExecutionException e) {
            throw new StartRefused("The services' jars cannot be unpacked: " + e.getCause(), e);
        }
    }

    /**
     * Starts all three at the same time and waits until each is ready.
     *
     * @param environment what all of them get beside what the launcher itself got
     */
    void start(
            Map<String, String> environment, Settings.Ports ports, Guard guard, Shutdown shutdown)
            throws InterruptedException {
        var controllerReady =
                new HttpAddress(http, "http://127.0.0.1:" + ports.controller() + "/ready/");
        var dispatcherReady =
                new HttpAddress(http, "http://127.0.0.1:" + ports.dispatcher() + "/ready");
        var starting = new ArrayList<Starting>();
        // Closed in the opposite order: a dispatcher reports to a Controller that is still there.
        var controller =
                child(
                        "controller",
                        "controller-service",
                        withPort(environment, ports.controller()),
                        guard,
                        shutdown);
        starting.add(
                new Starting(
                        controller,
                        "Controller is ready on port " + ports.controller(),
                        controllerReady::ready));
        var worker = child("workflow-worker", "workflow-worker", environment, guard, shutdown);
        starting.add(
                new Starting(worker, "Workflow worker is ready", () -> saysReady(worker.log())));
        var dispatcher =
                child(
                        "dispatcher",
                        "dispatcher-service",
                        withPort(environment, ports.dispatcher()),
                        guard,
                        shutdown);
        starting.add(
                new Starting(
                        dispatcher,
                        "Dispatcher is ready on port " + ports.dispatcher(),
                        dispatcherReady::ready));
        awaitReady(starting);
    }

    private static Map<String, String> withPort(Map<String, String> environment, int port) {
        var result = new LinkedHashMap<>(environment);
        result.put("SERVER_PORT", Integer.toString(port));
        return result;
    }

    private Path jar(String module) {
        return settings.repository()
                .resolve(module)
                .resolve("target")
                .resolve(module + "-exec.jar");
    }

    private ServiceProcess child(
            String name,
            String module,
            Map<String, String> variables,
            Guard guard,
            Shutdown shutdown) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // One machine, two cores: a short start and a small heap are worth more here than peak
        // speed.
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx160m",
                        "-Xss512k",
                        "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of("-jar", jars.getOrDefault(module, jar(module)).toString()));
        var environment = new LinkedHashMap<>(settings.environment());
        environment.putAll(variables);
        home.turnLog(name);
        home.alsoKnownAs(name, module);
        var process =
                new ServiceProcess(
                        name,
                        guard.recording(name, command),
                        environment,
                        home,
                        settings.restart(),
                        console);
        shutdown.closes(name, process).start();
        return process;
    }

    /** It has no port; it says this once it polls. */
    private static boolean saysReady(Path log) {
        try (var lines = Files.lines(log)) {
            return lines.anyMatch(line -> line.contains("workflow-worker ready"));
        } catch (IOException e) {
            return false;
        }
    }

    private void awaitReady(List<Starting> starting) throws InterruptedException {
        var waiting = new ArrayList<>(starting);
        long end = System.nanoTime() + READY_LIMIT.toNanos();
        while (!waiting.isEmpty()) {
            for (var service : List.copyOf(waiting)) {
                if (service.ready().getAsBoolean()) {
                    console.step(service.what());
                    waiting.remove(service);
                } else if (service.process().starts() > STARTS_BEFORE_READY
                        || gaveUp(service.process())
                        || System.nanoTime() > end) {
                    throw new StartRefused(
                            service.process().name()
                                    + " does not become ready. "
                                    + lastWords(service.process().log()));
                }
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private boolean gaveUp(ServiceProcess process) {
        return !settings.restart() && !process.alive();
    }

    private static String lastWords(Path log) {
        try {
            var lines = Files.readAllLines(log);
            var last = lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size());
            return "The end of " + log + ":\n" + String.join("\n", last);
        } catch (IOException e) {
            return "Its log " + log + " cannot be read: " + e;
        }
    }
}
