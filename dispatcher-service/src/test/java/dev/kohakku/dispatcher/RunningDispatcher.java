package dev.kohakku.dispatcher;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.standalone.engine.TestEngines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole dispatcher in this JVM, on embedded engines, with subprocesses for containers. */
final class RunningDispatcher implements AutoCloseable {

    private final int port;
    private final ConfigurableApplicationContext context;

    private RunningDispatcher(int port, ConfigurableApplicationContext context) {
        this.port = port;
        this.context = context;
    }

    /** What stays the same over restarts. */
    record Place(String id, String stream, Path work, int port) {

        static Place at(Path work) {
            var name = "it-" + UUID.randomUUID().toString().substring(0, 8);
            return new Place(name, "kohakku:" + name, work, freePort());
        }
    }

    static RunningDispatcher start(Place place, HttpController controller) {
        return start(place, controller, Map.of());
    }

    /**
     * @param more settings, as environment variables
     */
    static RunningDispatcher start(
            Place place, HttpController controller, Map<String, Object> more) {
        var environment = new HashMap<String, Object>();
        environment.put("SERVER_PORT", place.port());
        environment.put("DISPATCHER_ID", place.id());
        environment.put("CONTROLLER_URL", controller.url());
        environment.put("DISPATCHER_API_KEY", HttpController.API_KEY);
        environment.put("CALLBACK_SIGNING_KEY", HttpController.SIGNING_KEY);
        environment.put("QUEUE_STREAM_NAME", place.stream());
        environment.put("KOHAKKU_INSTALLATION", place.id());
        environment.put("RUNTIME_BACKEND", "worker");
        environment.put("kohakku.process.root", place.work().toString());
        environment.put("REDIS_URL", TestEngines.redis().url());
        environment.putAll(objects());
        environment.putAll(more);
        var context =
                new SpringApplicationBuilder(DispatcherApplication.class)
                        .properties(environment)
                        .run();
        return new RunningDispatcher(place.port(), context);
    }

    private static Map<String, Object> objects() {
        var store = TestEngines.objectStore();
        return Map.of(
                "MINIO_ENDPOINT", store.endpoint(),
                "MINIO_ACCESS_KEY", store.accessKey(),
                "MINIO_SECRET_KEY", store.secretKey(),
                "MINIO_BUCKET", store.bucket());
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://localhost:" + port;
    }

    <T> List<T> beans(Class<T> type) {
        return List.copyOf(context.getBeansOfType(type).values());
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** The loop of a bean. */
    BackgroundLoop loop(String bean) {
        return context.getBean(bean, BackgroundLoop.class);
    }

    @Override
    public void close() {
        context.close();
    }
}
