package dev.kohakku.standalone;

import dev.kohakku.standalone.sample.DockerEngine;
import dev.kohakku.standalone.sample.Sample;
import java.io.File;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/**
 * Runs the whole platform on one machine until it is told to stop; see {@code docs/operations.md}
 * for what the environment says to it.
 */
public final class Standalone {

    private final Settings settings;
    private final Console console;
    private final Shutdown shutdown;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private Standalone(Settings settings, Console console, Shutdown shutdown) {
        this.settings = settings;
        this.console = console;
        this.shutdown = shutdown;
    }

    /**
     * Ends with status 0 after a sample that completed, 1 after one that did not or a start that
     * was refused. With the argument {@code train} it runs nothing but {@link AotTraining}.
     */
    public static void main(String[] args) throws Exception {
        // Not named logback.xml: on the class path of the other modules' tests it would be theirs
        // too.
        System.setProperty("logback.configurationFile", "dev/kohakku/standalone/logging.xml");
        // Several engines start at the same time, and each would be the first to log.
        LoggerFactory.getILoggerFactory();
        var console = new Console(System.out);
        int status;
        try {
            if (List.of(args).equals(List.of("train"))) {
                new AotTraining(repository(), console).run();
                return;
            }
            if (args.length > 0) {
                throw new StartRefused(
                        "Unknown argument '%s': there is only 'train'; settings are environment variables."
                                .formatted(String.join(" ", args)));
            }
            var settings = Settings.from(System.getenv(), repository());
            status = new Standalone(settings, console, new Shutdown(console)).run();
        } catch (StartRefused e) {
            console.line(String.valueOf(e.getMessage()));
            status = 1;
        }
        System.exit(status);
    }

    /**
     * The jar lies in {@code standalone/target} of the repository, and so do the classes of a
     * build.
     */
    private static Path repository() {
        var start =
                Path.of(System.getProperty("java.class.path").split(File.pathSeparator, 2)[0])
                        .toAbsolutePath();
        for (var path = start; path != null; path = path.getParent()) {
            if (Files.isDirectory(path.resolve("controller-service"))) {
                return path;
            }
        }
        return Path.of("").toAbsolutePath();
    }

    private int run() throws InterruptedException {
        var home = shutdown.closes("the home directory", Home.claim(settings.home()));
        console.step("Kohakku starts on " + home.directory());
        var guard = shutdown.closes("the process guard", Guard.start(home));
        var services = new Services(settings, home, console, http);
        services.requireJars();
        var layout = Layout.of(settings);
        var credentials = Credentials.of(home, settings.environment());
        var place = new Engines.Place(home, guard, shutdown, console, settings.restart());
        services.unpack();
        var engines = Engines.start(place, credentials);
        console.step("Postgres, Redis, the object store and Temporal are ready");

        var engine = DockerEngine.answering(settings.environment());
        var environment = environment(engines, credentials, layout, engine);
        console.step("Containers run on " + environment.get("RUNTIME_BACKEND"));
        services.start(environment, layout, guard, shutdown);
        boolean completed =
                !settings.sample()
                        || sample(layout, credentials).completes(sampleEngine(engine, environment));
        if (settings.demoExit()) {
            return completed ? 0 : 1;
        }
        new Greeting(console, layout, credentials.token()).print();
        // Until a signal: the shutdown hook ends the JVM.
        new CountDownLatch(1).await();
        return 0;
    }

    private Map<String, String> environment(
            Engines engines,
            Credentials credentials,
            Layout layout,
            Optional<DockerEngine> engine) {
        var environment = new LinkedHashMap<>(engines.environment());
        environment.putAll(credentials.values());
        environment.put("KOHAKKU_HOME", settings.home().toString());
        environment.put("CONTROLLER_URL", "http://localhost:" + layout.front());
        engine.ifPresent(answering -> environment.put("DOCKER_HOST", answering.host()));
        var backend = settings.environment().getOrDefault("RUNTIME_BACKEND", "");
        environment.put(
                "RUNTIME_BACKEND",
                !backend.isBlank() ? backend : engine.isPresent() ? "local,worker" : "worker");
        return environment;
    }

    private Sample sample(Layout layout, Credentials credentials) {
        return new Sample(
                http, "http://localhost:" + layout.front(), credentials.token(), console::step);
    }

    /** None where the dispatcher was told not to use it. */
    private static Optional<DockerEngine> sampleEngine(
            Optional<DockerEngine> engine, Map<String, String> environment) {
        return engine.filter(answering ->
                List.of(environment.getOrDefault("RUNTIME_BACKEND", "").split("\\s*,\\s*", -1))
                        .contains("local"));
    }
}
