package dev.kohakku.standalone;

import dev.kohakku.standalone.balancer.Balancer;
import java.io.IOException;
import java.net.URI;
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
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;

/** The services as children, one or several of each: how each is started and when it is ready. */
final class Services {

    static final List<String> MODULES =
            List.of("controller-service", "dispatcher-service", "workflow-worker");
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration READY_LIMIT = Duration.ofMinutes(2);

    /** For each process: they start at the same time, on as many cores as there are. */
    private static final Duration READY_LIMIT_MORE = Duration.ofSeconds(20);

    private static final int STARTS_BEFORE_READY = 3;
    private static final int LAST_WORDS = 15;

    private final Settings settings;
    private final Home home;
    private final Console console;
    private final HttpClient http;

    /** What {@code java} is told to start a module, in the end. */
    private final Map<String, List<String>> starts = new LinkedHashMap<>();

    Services(Settings settings, Home home, Console console, HttpClient http) {
        this.settings = settings;
        this.home = home;
        this.console = console;
        this.http = http;
    }

    /** A started child and the question whether it is ready. */
    private record Starting(ServiceProcess process, String what, BooleanSupplier ready) {}

    /** What the children are started with. */
    private record Place(
            Map<String, String> environment, Layout layout, Guard guard, Shutdown shutdown) {}

    /** Refuses a repository without the jars, with what to do about it. */
    void requireJars() {
        for (var module : MODULES) {
            if (!Files.isRegularFile(jar(module))) {
                throw new StartRefused(
                        jar(module)
                                + " is missing: build it with 'mvn package -DskipTests', or start"
                                + " with 'make run', which does.");
            }
        }
    }

    /** Makes the jars quick to start, all at the same time. Blocks. */
    void unpack() throws InterruptedException {
        try (var threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
            var unpacking = new LinkedHashMap<String, Future<List<String>>>();
            for (var module : MODULES) {
                var unpacked =
                        new ServiceJar(
                                jar(module), home.directory().resolve("apps").resolve(module));
                unpacking.put(module, threads.submit(() -> start(unpacked)));
            }
            for (var module : unpacking.entrySet()) {
                starts.put(module.getKey(), module.getValue().get());
            }
        } catch (ExecutionException e) {
            throw new StartRefused("The services' jars cannot be unpacked: " + e.getCause(), e);
        }
    }

    /**
     * Starts all at the same time and waits until each is ready.
     *
     * @param environment what all of them get beside what the launcher itself got
     */
    void start(Map<String, String> environment, Layout layout, Guard guard, Shutdown shutdown)
            throws InterruptedException {
        var starting = new ArrayList<Starting>();
        var place = new Place(environment, layout, guard, shutdown);
        // Closed in the opposite order: a dispatcher reports to a Controller that is still there.
        startGroup(place, "controller-service", layout.controllers(), Services::controlling)
                .forEach((member, process) ->
                        starting.add(answering("Controller", member, process, "/ready/")));
        startGroup(place, "controller-service", layout.workers(), Services::working)
                .forEach((member, process) ->
                        starting.add(answering("Worker", member, process, "/ready/")));
        if (layout.isBalanced()) {
            balance(layout, shutdown);
        }
        startGroup(place, "workflow-worker", layout.workflowWorkers(), Services::measured)
                .forEach((member, process) ->
                        starting.add(
                                new Starting(
                                        process,
                                        "Workflow worker is ready" + numbered(member),
                                        () -> saysReady(process.log()))));
        startGroup(place, "dispatcher-service", layout.dispatchers(), Services::dispatching)
                .forEach((member, process) ->
                        starting.add(answering("Dispatcher", member, process, "/ready")));
        awaitReady(starting);
    }

    private void balance(Layout layout, Shutdown shutdown) {
        var controllers =
                layout.controllers().stream()
                        .map(member -> URI.create("http://" + LOOPBACK + ":" + member.port()))
                        .toList();
        shutdown.closes("the balancer", listening(layout.front(), controllers));
        console.step("The balancer listens on port " + layout.front());
    }

    private Balancer listening(int port, List<URI> controllers) {
        try {
            return Balancer.start(
                    port,
                    controllers,
                    controller -> new HttpAddress(http, controller + "/ready/").ready());
        } catch (RuntimeException e) {
            throw new StartRefused(
                    "The balancer cannot listen on port " + port + ": " + e.getMessage(), e);
        }
    }

    private Starting answering(
            String what, Layout.Member member, ServiceProcess process, String path) {
        var address = new HttpAddress(http, "http://" + LOOPBACK + ":" + member.port() + path);
        return new Starting(
                process,
                what + " is ready on port " + member.port() + numbered(member),
                address::ready);
    }

    /** Which one it is, where there are several. */
    private static String numbered(Layout.Member member) {
        return member.name().matches(".*-[0-9]+") ? " (" + member.name() + ")" : "";
    }

    private static Map<String, String> controlling(Place place, Layout.Member member) {
        var result = listening(place, member);
        if (place.layout().hasWorkers()) {
            result.put("KOHAKKU_ROLES", "api");
        }
        if (place.layout().isBalanced()) {
            result.put("SERVER_ADDRESS", LOOPBACK);
        }
        return result;
    }

    private static Map<String, String> working(Place place, Layout.Member member) {
        var result = listening(place, member);
        result.put("KOHAKKU_ROLES", "worker");
        result.put("SERVER_ADDRESS", LOOPBACK);
        return result;
    }

    /** The first keeps the id of the installation, so that it is the same beside others. */
    private static Map<String, String> dispatching(Place place, Layout.Member member) {
        var result = listening(place, member);
        int index = place.layout().dispatchers().indexOf(member);
        if (index > 0) {
            result.merge("DISPATCHER_ID", "-" + (index + 1), String::concat);
        }
        result.put("DISPATCHER_URL", "http://localhost:" + member.port());
        return result;
    }

    /** It listens for nothing but questions about its metrics. */
    private static Map<String, String> measured(Place place, Layout.Member member) {
        var result = new LinkedHashMap<>(place.environment());
        if (member.port() > 0) {
            result.put("METRICS_PORT", Integer.toString(member.port()));
        }
        return result;
    }

    private static Map<String, String> listening(Place place, Layout.Member member) {
        var result = new LinkedHashMap<>(place.environment());
        result.put("SERVER_PORT", Integer.toString(member.port()));
        return result;
    }

    private static List<String> start(ServiceJar jar) throws InterruptedException {
        var unpacked = jar.unpacked();
        var options = new ArrayList<>(jar.cacheOptions());
        options.addAll(List.of("-jar", unpacked.toString()));
        return options;
    }

    private Path jar(String module) {
        return jar(settings.repository(), module);
    }

    /** What a build of the repository makes of the module. */
    static Path jar(Path repository, String module) {
        return repository.resolve(module).resolve("target").resolve(module + "-exec.jar");
    }

    /**
     * Java, for a service. One machine, two cores: a short start and a small heap are worth more
     * here than peak speed.
     */
    static List<String> java(String heap) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + heap,
                "-Xss512k",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
    }

    private Map<Layout.Member, ServiceProcess> startGroup(
            Place place,
            String module,
            List<Layout.Member> members,
            BiFunction<Place, Layout.Member, Map<String, String>> variables) {
        var processes = new LinkedHashMap<Layout.Member, ServiceProcess>();
        for (var member : members) {
            processes.put(member, child(place, member, module, variables.apply(place, member)));
        }
        if (!members.isEmpty()) {
            place.shutdown()
                    .closes(module, new ServiceGroup(List.copyOf(processes.values())))
                    .start();
        }
        return processes;
    }

    private ServiceProcess child(
            Place place, Layout.Member member, String module, Map<String, String> variables) {
        var name = member.name();
        var command = new ArrayList<>(java("160m"));
        command.addAll(starts.getOrDefault(module, List.of("-jar", jar(module).toString())));
        var environment = new LinkedHashMap<>(settings.environment());
        environment.putAll(variables);
        home.turnLog(name);
        if (place.layout().isFirstOf(module, member)) {
            home.alsoKnownAs(name, module);
        }
        return new ServiceProcess(
                name,
                place.guard().recording(name, command),
                environment,
                home,
                settings.restart(),
                console);
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
        long end =
                System.nanoTime()
                        + READY_LIMIT.plus(READY_LIMIT_MORE.multipliedBy(waiting.size())).toNanos();
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
