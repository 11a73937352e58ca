package dev.kohakku.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What containers do, and what they themselves say of it: each run calls here with an id of its
 * own, so that no record of the platform is needed to count them. Thread-safe.
 */
final class Payloads implements AutoCloseable {

    private static final long LONGEST_GATE_SECONDS = 180;

    private final HttpServer server;
    private final Map<String, Run> runs = new ConcurrentHashMap<>();
    private final Map<String, Gate> gates = new ConcurrentHashMap<>();

    private Payloads(HttpServer server) {
        this.server = server;
    }

    /**
     * A run of a payload, by its own word.
     *
     * @param id its own
     */
    record Run(String task, int attempt, long epoch, String id) {}

    /** What a payload waits at until the test lets it go on. */
    static final class Gate {

        private final CountDownLatch opened = new CountDownLatch(1);
        private final CountDownLatch reached = new CountDownLatch(1);
        private final String name;

        private Gate(String name) {
            this.name = name;
        }

        void open() {
            opened.countDown();
        }

        /** Says that somebody waits, and waits until it is open, or for too long. */
        boolean await() {
            reached.countDown();
            try {
                return opened.await(LONGEST_GATE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        /** Waits until a payload waits here. */
        void awaitReached() throws InterruptedException {
            if (!reached.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("no payload came to gate " + name);
            }
        }
    }

    static Payloads listening() throws IOException {
        // why on every address: containers come by the bridge.
        var server = HttpServer.create(new InetSocketAddress(0), 0);
        var payloads = new Payloads(server);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/runs/", payloads::ran);
        server.createContext("/gates/", payloads::passGate);
        server.start();
        return payloads;
    }

    private void ran(HttpExchange exchange) throws IOException {
        var words = exchange.getRequestURI().getPath().split("/", -1);
        var run = new Run(words[2], Integer.parseInt(words[3]), Long.parseLong(words[4]), words[5]);
        runs.put(run.id(), run);
        done(exchange);
    }

    private void passGate(HttpExchange exchange) throws IOException {
        var gate = gates.get(exchange.getRequestURI().getPath().split("/", -1)[2]);
        try (exchange) {
            if (gate.await()) {
                done(exchange);
            }
        }
    }

    private static void done(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    Gate newGate() {
        var gate = new Gate("g" + gates.size());
        gates.put(gate.name, gate);
        return gate;
    }

    /** Says that it runs, and prints {@code line 1} to {@code line <lines>}. */
    String printing(int lines) {
        return preamble() + print(1, lines);
    }

    /** Prints {@code lines} lines, waits at the gate, and prints as many more. */
    String waitingAt(Gate gate, int lines) {
        return printing(lines) + "call gates/" + gate.name + "\n" + print(lines + 1, 2 * lines);
    }

    /** Prints a line every 20 ms. */
    String printingSlowly(int lines) {
        return preamble() + "for i in $(seq 1 " + lines + "); do echo line $i; sleep 0.02; done\n";
    }

    /** Prints half of its lines, sleeps, and prints the rest. */
    String sleeping(int seconds, int lines) {
        return printing(lines / 2) + "sleep " + seconds + "\n" + print(lines / 2 + 1, lines);
    }

    /** Runs until TERM. */
    String heedingTerm() {
        return preamble() + "trap 'exit 0' TERM; sleep 600 & wait\n";
    }

    /** A script's first lines: its id, and how it calls. */
    private String preamble() {
        return """
        RUN=$(cat /proc/sys/kernel/random/uuid)
        call() {
          wget -q -O /dev/null "http://host.docker.internal:%d/$1/$KOHAKKU_TASK_ID/$KOHAKKU_ATTEMPT/$KOHAKKU_EPOCH/$RUN"
        }
        call runs || exit 90
        """
                .formatted(server.getAddress().getPort());
    }

    private static String print(int first, int last) {
        return "for i in $(seq " + first + " " + last + "); do echo line $i; done\n";
    }

    /** What ran for the task, once each. */
    List<Run> runsOf(String task) {
        return runs.values().stream().filter(run -> run.task().equals(task)).toList();
    }

    Collection<Run> all() {
        return runs.values();
    }

    @Override
    public void close() {
        gates.values().forEach(Gate::open);
        server.stop(0);
    }
}
