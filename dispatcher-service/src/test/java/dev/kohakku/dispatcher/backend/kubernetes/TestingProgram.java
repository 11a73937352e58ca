package dev.kohakku.dispatcher.backend.kubernetes;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** A container's program, and what its kubelet does to it. */
final class TestingProgram {

    private final TestingKubelet kubelet;
    private final TestingObjects objects;
    private final String key;
    private final String uid;
    private final List<String> command;

    TestingProgram(
            TestingKubelet kubelet,
            TestingObjects objects,
            String key,
            String uid,
            List<String> command) {
        this.kubelet = kubelet;
        this.objects = objects;
        this.key = key;
        this.uid = uid;
        this.command = command;
    }

    void run() throws InterruptedException {
        switch (command.getFirst()) {
            case "exits" -> exit(Integer.parseInt(command.get(1)));
            case "runs" -> exitAfter(Duration.parse(command.get(1)), false);
            case "parked" -> new CountDownLatch(1).await();
            case "deaf" -> exitAfter(Duration.ofHours(1), true);
            case "killed" -> exit(137);
            case "hungry" -> kubelet.end(key, 137, "OOMKilled", null);
            case "prints" -> {
                for (int i = 1; i <= Integer.parseInt(command.get(1)); i++) {
                    kubelet.print(uid, "line " + i, true);
                }
                kubelet.print(uid, "end", false);
                exit(0);
            }
            case "slow" -> {
                kubelet.print(uid, "first", true);
                if (lives(Duration.ofSeconds(1), false)) {
                    kubelet.print(uid, "to stderr", true);
                    kubelet.print(uid, "second", true);
                    exit(0);
                }
            }
            default -> kubelet.end(key, 127, "Error", "unknown script " + command);
        }
    }

    private void exit(int code) throws InterruptedException {
        while (kubelet.isHeld(TestingKubelet.Step.RUNNING)) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        kubelet.end(key, code, code == 0 ? "Completed" : "Error", null);
    }

    private void exitAfter(Duration time, boolean isDeaf) throws InterruptedException {
        if (lives(time, isDeaf)) {
            exit(0);
        }
    }

    /** Whether it comes to its own end: not deleted, not taken away. */
    private boolean lives(Duration time, boolean isDeaf) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            var pod =
                    objects.get(key)
                            .filter(each -> each.at("/metadata/uid").asString().equals(uid));
            if (pod.isEmpty()) {
                return false;
            }
            if (pod.get().at("/metadata").has("deletionTimestamp")) {
                die(pod.get(), isDeaf);
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return true;
    }

    private void die(JsonNode pod, boolean isDeaf) throws InterruptedException {
        if (isDeaf) {
            TimeUnit.NANOSECONDS.sleep(TestingKubelet.graceOf(pod).toNanos());
        }
        kubelet.end(key, isDeaf ? 137 : 143, "Error", null);
    }
}
