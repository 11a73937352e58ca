package dev.kohakku.standalone;

import java.util.List;
import java.util.concurrent.Executors;

/** The processes of one service: started together, ended together. */
final class ServiceGroup implements AutoCloseable {

    private final List<ServiceProcess> processes;

    ServiceGroup(List<ServiceProcess> processes) {
        this.processes = List.copyOf(processes);
    }

    /** Starts each, and returns at once. */
    void start() {
        processes.forEach(ServiceProcess::start);
    }

    /** Ends all at the same time: the last to end decides how long it takes. Idempotent. */
    @Override
    public void close() {
        try (var closing =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
            processes.forEach(process -> closing.execute(process::close));
        }
    }
}
