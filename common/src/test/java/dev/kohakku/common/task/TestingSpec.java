package dev.kohakku.common.task;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Specs for tests: a small one, and one with every field set. */
public final class TestingSpec {

    private TestingSpec() {}

    /** Runs a command in busybox on Docker; everything else as by default. */
    public static TaskSpec of(String... command) {
        return new TaskSpec(
                "test",
                ImageReference.parse("busybox:latest"),
                List.of(command),
                null,
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                Resources.UNLIMITED,
                List.of(),
                new RuntimeTarget(RuntimeType.LOCAL, null),
                new TaskSpec.Timeouts(Duration.ofHours(1), null, Duration.ofMinutes(5), null),
                1,
                5,
                Map.of(),
                CompletionMode.EXIT_CODE,
                null);
    }

    /** Every field holds something. */
    public static TaskSpec full() {
        return new TaskSpec(
                "full",
                ImageReference.parse("localhost:5000/a/b:1"),
                List.of("sh", "-c", "echo"),
                "Be kind.",
                Map.of("depth", Map.of("list", List.of(1, "two", true))),
                List.of("skill"),
                List.of("config"),
                List.of("SECRET_NAME"),
                Map.of("LANG", "C"),
                new Resources(CpuQuantity.parse("500m"), MemoryQuantity.parse("64Mi")),
                List.of(new PortMapping(8080, PortMapping.Protocol.TCP)),
                new RuntimeTarget(RuntimeType.K8S, "default"),
                new TaskSpec.Timeouts(
                        Duration.ofSeconds(90),
                        Duration.ofMinutes(2),
                        Duration.ofMillis(1500),
                        Instant.parse("2030-01-01T00:00:00Z")),
                3,
                9,
                Map.of("team", "blue"),
                CompletionMode.AGENT,
                URI.create("https://example.org/hook"));
    }
}
