package dev.kohakku.standalone;

import dev.kohakku.standalone.engine.FreePort;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which processes there are, by what names, and where each listens.
 *
 * @param front where clients and dispatchers reach the Controllers: the balancer's port, or the
 *     only Controller's
 * @param workflowWorkers each with the port of its metrics; 0 where {@code METRICS_PORT} decides
 */
record Layout(
        int front,
        List<Member> controllers,
        List<Member> workers,
        List<Member> dispatchers,
        List<Member> workflowWorkers) {

    private static final int LAST_PORT = 65_535;
    private static final int METRICS_PORT = 8090;

    /** One process. */
    record Member(String name, int port) {}

    /**
     * Refuses a port that another process has, before anything is started. Only the first of a kind
     * has a port that somebody asked for; the others take the next free ones.
     */
    static Layout of(Settings settings) {
        requireFree(settings.ports().controller(), "CONTROLLER_PORT");
        requireFree(settings.ports().dispatcher(), "DISPATCHER_PORT");
        var counts = settings.counts();
        var taken = new HashSet<Integer>();
        int front = FreePort.orFree(settings.ports().controller());
        int dispatcher = FreePort.orFree(settings.ports().dispatcher());
        taken.add(front);
        taken.add(dispatcher);
        var controllers =
                counts.controllers() == 1
                        ? List.of(new Member("controller", front))
                        : after(front, "controller", 1, counts.controllers(), taken);
        var workers = after(front, "worker", 1, counts.workers(), taken);
        var dispatchers = new ArrayList<Member>();
        dispatchers.add(new Member(name("dispatcher", 1, counts.dispatchers()), dispatcher));
        dispatchers.addAll(after(dispatcher, "dispatcher", 2, counts.dispatchers(), taken));
        var workflowWorkers = new ArrayList<Member>();
        int metrics = metricsPort(settings);
        for (int number = 1; number <= counts.workflowWorkers(); number++) {
            workflowWorkers.add(
                    new Member(
                            name("workflow-worker", number, counts.workflowWorkers()),
                            metrics > 0 ? nextFree(metrics - 1, taken) : 0));
        }
        return new Layout(
                front,
                controllers,
                workers,
                List.copyOf(dispatchers),
                List.copyOf(workflowWorkers));
    }

    /** Where the first workflow worker shows its metrics; 0 for what is not ours to judge. */
    private static int metricsPort(Settings settings) {
        var value = settings.environment().getOrDefault("METRICS_PORT", "");
        try {
            return value.isBlank() ? METRICS_PORT : Math.max(0, Integer.parseInt(value.strip()));
        } catch (NumberFormatException refusedByTheWorker) {
            return 0;
        }
    }

    /** Whether something stands before the Controllers. */
    boolean isBalanced() {
        return controllers.size() > 1;
    }

    /** The background work has processes of its own. */
    boolean hasWorkers() {
        return !workers.isEmpty();
    }

    /** Whether this is the one that a module's name stands for. */
    boolean isFirstOf(String module, Member member) {
        return switch (module) {
            case "controller-service" -> member.equals(controllers.getFirst());
            case "dispatcher-service" -> member.equals(dispatchers.getFirst());
            default -> member.equals(workflowWorkers.getFirst());
        };
    }

    private static List<Member> after(
            int port, String kind, int first, int count, Set<Integer> taken) {
        var members = new ArrayList<Member>();
        for (int number = first; number <= count; number++) {
            members.add(new Member(name(kind, number, count), nextFree(port, taken)));
        }
        return List.copyOf(members);
    }

    /** A single one needs no number. */
    private static String name(String kind, int number, int count) {
        return count == 1 ? kind : kind + "-" + number;
    }

    // why not any free port: the system gives those to outgoing connections too, and a process that
    // is started again would find its own taken.
    private static int nextFree(int after, Set<Integer> taken) {
        for (int port = after + 1; port <= LAST_PORT; port++) {
            if (!taken.contains(port) && isFree(port)) {
                taken.add(port);
                return port;
            }
        }
        throw new StartRefused(
                "No port after "
                        + after
                        + " is free: choose a smaller CONTROLLER_PORT, DISPATCHER_PORT or"
                        + " METRICS_PORT.");
    }

    private static void requireFree(int port, String variable) {
        if (!isFree(port)) {
            throw new StartRefused(
                    "Port "
                            + port
                            + " is in use by another process. Stop that process, or choose another"
                            + " port with "
                            + variable
                            + ".");
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port)) {
            socket.setReuseAddress(true);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
