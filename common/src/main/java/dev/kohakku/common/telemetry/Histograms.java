package dev.kohakku.common.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/**
 * Timers with fixed buckets, so that quantiles can be computed over all replicas. Fixed and few: a
 * bucket is a series, and each combination of tags has all of them. Thread-safe.
 */
public final class Histograms {

    /** What a person or another service waits for. */
    private static final Duration[] WAITS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(30)
    };

    /** What a container works at. */
    private static final Duration[] RUNS = {
        Duration.ofMillis(100),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(15),
        Duration.ofHours(1),
        Duration.ofHours(4),
        Duration.ofHours(24)
    };

    private Histograms() {}

    /** A timer of something that is waited for, from 5 ms to half an hour. Idempotent. */
    public static Timer wait(MeterRegistry registry, String name, Tags tags) {
        return timer(registry, name, tags, WAITS);
    }

    /** A timer of something that works, from 100 ms to a day. Idempotent. */
    public static Timer run(MeterRegistry registry, String name, Tags tags) {
        return timer(registry, name, tags, RUNS);
    }

    private static Timer timer(MeterRegistry registry, String name, Tags tags, Duration[] buckets) {
        return Timer.builder(name).tags(tags).serviceLevelObjectives(buckets).register(registry);
    }
}
