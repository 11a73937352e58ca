package dev.kohakku.dispatcher.backend.ecs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task of the fake cluster. What its container does is written in its environment, and its state
 * follows from that and the time. Thread-safe.
 */
final class TestingTask {

    /** Until its container runs: half of it provisioning, half pending. */
    static final Duration STARTS_WITHIN = Duration.ofMillis(60);

    private static final Duration FOREVER = Duration.ofDays(1_000);

    private final String arn;
    private final Map<String, String> env;
    private final Map<String, String> tags;
    private final String startedBy;
    private final Instant createdAt;
    private final Duration stopTimeout;
    private @Nullable Instant stopAt;
    private String stopReason = "";

    TestingTask(
            String arn,
            Map<String, String> env,
            Map<String, String> tags,
            String startedBy,
            Duration stopTimeout,
            Instant createdAt) {
        this.arn = arn;
        this.env = env;
        this.tags = new LinkedHashMap<>(tags);
        this.startedBy = startedBy;
        this.stopTimeout = stopTimeout;
        this.createdAt = createdAt;
    }

    String arn() {
        return arn;
    }

    String startedBy() {
        return startedBy;
    }

    Instant createdAt() {
        return createdAt;
    }

    synchronized void tag(Map<String, String> more) {
        tags.putAll(more);
    }

    synchronized Map<String, String> tags() {
        return Map.copyOf(tags);
    }

    synchronized void stop(Instant at, String reason) {
        if (stopAt == null && !hasEnded(at)) {
            stopAt = at;
            stopReason = reason;
        }
    }

    private boolean never() {
        return "true".equals(env.get("FAKE_NEVER_STARTS"));
    }

    /** Why ECS gives it up before it runs: stop code and reason. */
    private String @Nullable [] failure() {
        var told = env.get("FAKE_FAILS");
        return told == null ? null : told.split("\\|", 2);
    }

    /** How long ECS takes to tidy up. */
    private Duration deprovisioning() {
        return Duration.parse(env.getOrDefault("FAKE_DEPROVISIONING", "PT0.03S"));
    }

    private Instant runsAt() {
        return createdAt.plus(never() ? FOREVER : STARTS_WITHIN);
    }

    private Instant endsByItself() {
        if (failure() != null) {
            return createdAt.plus(STARTS_WITHIN.dividedBy(2));
        }
        var runFor = env.getOrDefault("FAKE_RUN_FOR", "PT0S");
        return runsAt().plus("forever".equals(runFor) ? FOREVER : Duration.parse(runFor));
    }

    private Instant endsAt() {
        var natural = endsByItself();
        var stop = stopAt;
        if (stop == null || natural.isBefore(stop)) {
            return natural;
        }
        var ignores = "true".equals(env.get("FAKE_IGNORE_TERM")) && !stop.isBefore(runsAt());
        var end = ignores ? stop.plus(stopTimeout) : stop;
        return end.isBefore(natural) ? end : natural;
    }

    private boolean hasRun() {
        return failure() == null && !endsAt().isBefore(runsAt());
    }

    private boolean wasStopped() {
        return stopAt != null && endsAt().isBefore(endsByItself());
    }

    private @Nullable Integer exitCode() {
        if (!hasRun()) {
            return null;
        }
        if (wasStopped()) {
            return "true".equals(env.get("FAKE_IGNORE_TERM")) ? 137 : 143;
        }
        return env.containsKey("FAKE_LOSES_EXIT")
                ? null
                : Integer.parseInt(env.getOrDefault("FAKE_EXIT_CODE", "0"));
    }

    synchronized boolean hasEnded(Instant now) {
        return !now.isBefore(endsAt());
    }

    private boolean hasStopped(Instant now) {
        return !now.isBefore(endsAt().plus(deprovisioning()));
    }

    /** Whether it is to be stopped, or stops. */
    synchronized boolean isToStop(Instant now) {
        return stopAt != null || hasEnded(now);
    }

    private String lastStatus(Instant now) {
        if (hasStopped(now)) {
            return "STOPPED";
        }
        if (hasEnded(now)) {
            return "DEPROVISIONING";
        }
        if (!now.isBefore(runsAt())) {
            return "RUNNING";
        }
        return now.isBefore(createdAt.plus(STARTS_WITHIN.dividedBy(2))) || never()
                ? "PROVISIONING"
                : "PENDING";
    }

    /** As DescribeTasks tells it. */
    synchronized Map<String, Object> described(Instant now) {
        var told = new LinkedHashMap<String, Object>();
        told.put("taskArn", arn);
        told.put("lastStatus", lastStatus(now));
        told.put("desiredStatus", isToStop(now) ? "STOPPED" : "RUNNING");
        told.put("createdAt", seconds(createdAt));
        told.put("startedBy", startedBy);
        if (!now.isBefore(runsAt()) && hasRun()) {
            told.put("startedAt", seconds(runsAt()));
        }
        var container = new LinkedHashMap<String, Object>();
        container.put("name", EcsTask.CONTAINER);
        container.put("lastStatus", hasEnded(now) ? "STOPPED" : lastStatus(now));
        if (hasEnded(now)) {
            told.put("stopCode", stopCode());
            told.put("stoppedReason", reason());
            if (exitCode() != null) {
                container.put("exitCode", exitCode());
            }
            if (hasRun() && env.containsKey("FAKE_CONTAINER_REASON")) {
                container.put("reason", env.get("FAKE_CONTAINER_REASON"));
            }
        }
        told.put("containers", List.of(container));
        told.put("tags", tagList());
        return told;
    }

    private List<Map<String, String>> tagList() {
        return tags.entrySet().stream()
                .map(tag -> Map.of("key", tag.getKey(), "value", tag.getValue()))
                .toList();
    }

    private String stopCode() {
        if (wasStopped()) {
            return "UserInitiated";
        }
        var failure = failure();
        if (failure != null) {
            return failure[0];
        }
        return env.getOrDefault("FAKE_STOP_CODE", "EssentialContainerExited");
    }

    private String reason() {
        if (wasStopped()) {
            return stopReason;
        }
        var failure = failure();
        return failure != null
                ? failure[1]
                : env.getOrDefault("FAKE_REASON", "Essential container in task exited");
    }

    private static double seconds(Instant at) {
        return at.toEpochMilli() / 1000.0;
    }

    /** What it has written, once its container runs. */
    synchronized List<Line> output(Instant now) {
        var lines = new ArrayList<Line>();
        if (now.isBefore(runsAt()) || !hasRun()) {
            return lines;
        }
        int numbered = Integer.parseInt(env.getOrDefault("FAKE_LINES", "-1"));
        for (int i = 1; i <= numbered; i++) {
            lines.add(new Line(runsAt(), "line " + i));
        }
        if (numbered >= 0) {
            lines.add(new Line(runsAt(), "end"));
        }
        if ("true".equals(env.get("FAKE_SLOWLY"))) {
            lines.add(new Line(runsAt(), "first"));
            if (hasEnded(now)) {
                lines.add(new Line(endsAt(), "second"));
                lines.add(new Line(endsAt(), "to stderr"));
            }
        }
        return lines;
    }

    record Line(Instant at, String text) {}
}
