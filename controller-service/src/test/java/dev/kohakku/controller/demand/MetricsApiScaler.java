package dev.kohakku.controller.demand;

import dev.kohakku.controller.testing.TestingClient;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What KEDA's metrics-api trigger does with a Deployment: it reads one number of a JSON answer and
 * makes as many instances, the newest going first.
 */
final class MetricsApiScaler<T> {

    private final TestingClient client;
    private final String url;
    private final Supplier<T> start;
    private final Consumer<T> stop;
    private final Deque<T> instances = new ArrayDeque<>();

    MetricsApiScaler(TestingClient client, String url, Supplier<T> start, Consumer<T> stop) {
        this.client = client;
        this.url = url;
        this.start = start;
        this.stop = stop;
    }

    /** One look, and what follows. */
    int scale() {
        var wanted = client.get(url).json().get("wanted_instances").asInt();
        while (instances.size() < wanted) {
            instances.addLast(start.get());
        }
        while (instances.size() > wanted) {
            stop.accept(instances.removeLast());
        }
        return wanted;
    }

    Deque<T> instances() {
        return instances;
    }
}
