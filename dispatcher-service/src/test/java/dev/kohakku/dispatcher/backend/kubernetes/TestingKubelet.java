package dev.kohakku.dispatcher.backend.kubernetes;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A scheduler and a kubelet, scripted by each container's command: {@code exits 3}, {@code runs
 * PT1S}, {@code parked} (for ever, without a look at its Pod), {@code deaf}, {@code killed}, {@code
 * hungry}, {@code missing}, {@code prints 5}, {@code slow}. A test can hold every Pod at a step.
 */
final class TestingKubelet {

    /** Where a test can hold Pods. */
    enum Step {
        SCHEDULING,
        PULLING,
        RUNNING
    }

    /** A line as a kubelet keeps it. */
    record Line(Instant at, String text, boolean isEnded) {}

    private final TestingObjects objects;
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Map<String, List<Line>> logs = new ConcurrentHashMap<>();
    private final Set<Step> held = ConcurrentHashMap.newKeySet();
    private volatile String pullError = "";
    private volatile boolean pullErrorIsOnce;
    private volatile boolean dead;

    TestingKubelet(TestingObjects objects) {
        this.objects = objects;
    }

    void hold(Step step) {
        held.add(step);
    }

    void letGo(Step step) {
        held.remove(step);
    }

    /** Every pull fails so; empty for none. */
    void failPulls(String message) {
        pullError = message;
    }

    /** The next pull fails so, and none after it. */
    void failPull(String message) {
        pullErrorIsOnce = true;
        pullError = message;
    }

    /** The node does not answer any more: nothing is said of its Pods. */
    void die() {
        dead = true;
    }

    List<Line> linesOf(String uid) {
        var lines = logs.getOrDefault(uid, List.of());
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** Begins a new file for a Pod's log; what was in the old one is not read any more. */
    void rotate(String uid) {
        logs.remove(uid);
    }

    /** Begins with a Pod that nothing holds back any more. */
    void saw(JsonNode pod) {
        if (pod.at("/spec/schedulingGates").isEmpty()
                && !pod.at("/metadata").has("deletionTimestamp")
                && known.add(uidOf(pod))) {
            Thread.ofVirtual().start(() -> run(keyOf(pod), uidOf(pod)));
        }
    }

    private static String uidOf(JsonNode pod) {
        return pod.at("/metadata/uid").asString();
    }

    private static String keyOf(JsonNode pod) {
        return TestingObjects.key(
                "pods",
                pod.at("/metadata/namespace").asString(),
                pod.at("/metadata/name").asString());
    }

    private void run(String key, String uid) {
        try {
            if (!schedule(key, uid)) {
                return;
            }
            if (!pull(key, uid) || !isThere(key, uid)) {
                neverStarted(key, uid);
                return;
            }
            var pod = objects.mustGet(key);
            var command = new ArrayList<String>();
            pod.at("/spec/containers/0/command").forEach(each -> command.add(each.asString()));
            if (command.getFirst().equals("missing")) {
                end(key, 128, "StartError", "exec: \"no-such-program\": not found in $PATH");
                return;
            }
            if (!hasSecret(key)) {
                waiting(key, "CreateContainerConfigError", "secret not found");
                return;
            }
            var program = new TestingProgram(this, objects, key, uid, command);
            objects.change(key, each -> state(each, "running", "Running"));
            program.run();
        } catch (InterruptedException | TestingRefusal gone) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a kubelet says of a container that it had not started when its Pod was deleted. */
    private void neverStarted(String key, String uid) {
        objects.change(
                key,
                pod -> {
                    if (uidOf(pod).equals(uid)) {
                        state(pod, "terminated", "Failed")
                                .put("exitCode", 137)
                                .put("reason", "ContainerStatusUnknown");
                    }
                });
    }

    private boolean hasSecret(String pod) {
        return objects.get(pod.replaceFirst("pods/", "secrets/")).isPresent();
    }

    private boolean schedule(String key, String uid) throws InterruptedException {
        if (held.contains(Step.SCHEDULING)) {
            objects.change(
                    key,
                    pod ->
                            condition(
                                    pod,
                                    "PodScheduled",
                                    "False",
                                    "Unschedulable",
                                    "0/3 nodes are available: 3 Insufficient cpu."));
        }
        awaitRelease(Step.SCHEDULING, key, uid);
        if (!isThere(key, uid)) {
            return false;
        }
        objects.change(
                key,
                pod -> {
                    ((ObjectNode) pod.get("spec")).put("nodeName", "node-1");
                    condition(pod, "PodScheduled", "True", null, null);
                });
        return true;
    }

    private boolean pull(String key, String uid) throws InterruptedException {
        if (held.contains(Step.PULLING)) {
            waiting(key, "ContainerCreating", null);
        }
        awaitRelease(Step.PULLING, key, uid);
        while (!pullError.isEmpty() && isThere(key, uid)) {
            waiting(key, "ErrImagePull", pullError);
            TimeUnit.MILLISECONDS.sleep(20);
            waiting(key, "ImagePullBackOff", "Back-off pulling image: " + pullError);
            TimeUnit.MILLISECONDS.sleep(20);
            if (pullErrorIsOnce) {
                pullError = "";
            }
        }
        return isThere(key, uid);
    }

    private void awaitRelease(Step step, String key, String uid) throws InterruptedException {
        while (held.contains(step) && isThere(key, uid)) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    boolean isHeld(Step step) {
        return held.contains(step);
    }

    /** Whether the Pod is there and nobody deletes it. */
    private boolean isThere(String key, String uid) {
        return objects.get(key)
                .filter(pod -> uidOf(pod).equals(uid))
                .filter(pod -> !pod.at("/metadata").has("deletionTimestamp"))
                .isPresent();
    }

    private void waiting(String key, String reason, String message) {
        objects.change(
                key,
                pod -> {
                    var state = state(pod, "waiting", "Pending");
                    state.put("reason", reason);
                    if (message != null) {
                        state.put("message", message);
                    }
                });
    }

    void end(String key, int code, String reason, String message) {
        if (dead) {
            return;
        }
        objects.change(
                key,
                pod -> {
                    var started =
                            pod.at("/status/containerStatuses/0/state/running/startedAt")
                                    .asString(TestingObjects.now().toString());
                    var state = state(pod, "terminated", code == 0 ? "Succeeded" : "Failed");
                    state.put("exitCode", code)
                            .put("reason", reason)
                            .put("startedAt", started)
                            .put("finishedAt", TestingObjects.now().toString());
                    if (message != null) {
                        state.put("message", message);
                    }
                });
    }

    /** Puts the container into a state, and returns the state's fields. */
    private static ObjectNode state(ObjectNode pod, String state, String phase) {
        var status = pod.withObject("/status");
        status.put("phase", phase);
        var statuses = status.putArray("containerStatuses");
        var fields = TestingObjects.object();
        if (state.equals("running")) {
            fields.put("startedAt", TestingObjects.now().toString());
        }
        var container = statuses.addObject().put("name", "main");
        container.putObject("state").set(state, fields);
        return fields;
    }

    static void condition(
            ObjectNode pod, String type, String status, String reason, String message) {
        var conditions = pod.withObject("/status").withArray("conditions");
        for (int i = conditions.size() - 1; i >= 0; i--) {
            if (conditions.get(i).get("type").asString().equals(type)) {
                conditions.remove(i);
            }
        }
        conditions
                .addObject()
                .put("type", type)
                .put("status", status)
                .put("reason", reason)
                .put("message", message);
    }

    void print(String uid, String text, boolean isEnded) {
        var lines = logs.computeIfAbsent(uid, each -> new ArrayList<>());
        synchronized (lines) {
            lines.add(new Line(Instant.now(), text, isEnded));
        }
    }

    /** The environment a container of this Pod is given, as its Secret has it. */
    String environmentOf(String podKey, String name) {
        var secret = objects.mustGet(podKey.replaceFirst("pods/", "secrets/"));
        var stored = secret.at("/data/" + name).asString("");
        return stored.isEmpty()
                ? secret.at("/stringData/" + name).asString("")
                : new String(Base64.getDecoder().decode(stored), StandardCharsets.UTF_8);
    }

    static Duration graceOf(JsonNode pod) {
        return Duration.ofSeconds(pod.at("/metadata/deletionGracePeriodSeconds").asLong(30));
    }
}
