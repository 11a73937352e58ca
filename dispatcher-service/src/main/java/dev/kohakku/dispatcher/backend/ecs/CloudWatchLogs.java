package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerLogs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/**
 * Reads the output that the {@code awslogs} driver has sent to CloudWatch: a stream for each task,
 * with both of its outputs in it, told as standard output. It comes late, so the end of the task is
 * not the end of its log: that is when nothing has come for a while after. Thread-safe.
 */
final class CloudWatchLogs implements ContainerLogs {

    private static final Logger LOG = LoggerFactory.getLogger(CloudWatchLogs.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Following is not to take more of the quota than this. */
    private static final double SHARE = 0.5;

    private final EcsApi api;
    private final EcsSettings settings;
    private final Tasks tasks;
    private final Supplier<Duration> rhythm;
    private final AtomicInteger readings = new AtomicInteger();

    /** How a task stands. */
    @FunctionalInterface
    interface Tasks {

        /** After {@code delay}; empty where it is gone. */
        Optional<EcsTask> task(ContainerHandle handle, Duration delay) throws InterruptedException;
    }

    /**
     * @param rhythm between two looks at how a task stands
     */
    CloudWatchLogs(EcsApi api, EcsSettings settings, Tasks tasks, Supplier<Duration> rhythm) {
        this.api = api;
        this.settings = settings;
        this.tasks = tasks;
        this.rhythm = rhythm;
    }

    @Override
    public boolean read(ContainerHandle handle, Lines lines) throws InterruptedException {
        readings.incrementAndGet();
        try {
            return read(new Reading(handle, lines));
        } finally {
            readings.decrementAndGet();
        }
    }

    private boolean read(Reading reading) throws InterruptedException {
        var delay = Duration.ZERO;
        while (true) {
            var task = tasks.task(reading.handle, delay);
            if (task.isEmpty()) {
                return false;
            }
            if (task.get().hasStopped()) {
                if (isWhole(reading)) {
                    return true;
                }
                delay = shorter(settings.logs().settle().dividedBy(4));
            } else {
                follow(reading);
                // why not as late as the next reading: the end must be seen soon, for its tail is
                // waited for by a caller whose patience ends.
                delay = rhythm.get();
            }
        }
    }

    private boolean isWhole(Reading reading) throws InterruptedException {
        var before = System.nanoTime();
        return reading.isQuiet(readAvailable(reading), before);
    }

    private void follow(Reading reading) throws InterruptedException {
        if (reading.isDue(followAfter())) {
            readAvailable(reading);
            reading.followed();
        }
    }

    /**
     * Between two readings of what runs. Why so late with many: half of the quota is for those that
     * have ended, and are waited for.
     */
    private Duration followAfter() {
        var seconds = readings.get() / (api.budget(ApiBucket.LOG_READ).rate() * SHARE);
        var needed = Duration.ofMillis((long) (seconds * 1_000));
        return needed.compareTo(settings.pollInterval()) > 0 ? needed : settings.pollInterval();
    }

    private static Duration shorter(Duration time) {
        return time.compareTo(PAUSE) < 0 ? time : PAUSE;
    }

    /** Reads what there is by now; whether anything was new. */
    private boolean readAvailable(Reading reading) throws InterruptedException {
        var hasCome = false;
        while (true) {
            try {
                var page = page(reading);
                if (page.isEmpty()) {
                    return hasCome;
                }
                hasCome |= reading.take(page.get().events());
                if (reading.isAtEnd(page.get().nextForwardToken())) {
                    return hasCome;
                }
            } catch (BackendException e) {
                reading.tell(e);
                reading.restart();
                Thread.sleep(PAUSE);
                return true;
            }
        }
    }

    private Optional<GetLogEventsResponse> page(Reading reading) throws InterruptedException {
        return api.logs("GetLogEvents", client -> page(client, reading));
    }

    private Optional<GetLogEventsResponse> page(CloudWatchLogsClient client, Reading reading) {
        try {
            return Optional.of(
                    client.getLogEvents(request ->
                            request.logGroupName(settings.logs().group())
                                    .logStreamName(streamOf(reading.handle))
                                    .startFromHead(true)
                                    .nextToken(reading.token)));
        } catch (ResourceNotFoundException noStream) {
            // why not an error: the driver makes the stream with the first line.
            return Optional.empty();
        }
    }

    private String streamOf(ContainerHandle handle) {
        return settings.logs().prefix()
                + "/"
                + EcsTask.CONTAINER
                + "/"
                + EcsTask.idOf(handle.containerId());
    }

    /** How far one reading has come. Used by one thread. */
    private final class Reading {

        private final ContainerHandle handle;
        private final Lines lines;
        private @Nullable String token;
        private long handedOver;
        private long passed;
        private long quietSince;
        private @Nullable Long followedAt;
        private boolean isTold;

        private Reading(ContainerHandle handle, Lines lines) {
            this.handle = handle;
            this.lines = lines;
        }

        /** Whether it was followed as long ago as this, or never. */
        boolean isDue(Duration interval) {
            var last = followedAt;
            return last == null || System.nanoTime() - last >= interval.toNanos();
        }

        void followed() {
            followedAt = System.nanoTime();
        }

        /** Says once that it is held up. */
        void tell(BackendException failure) {
            if (!isTold) {
                isTold = true;
                LOG.warn(
                        "Reading the log of {} goes on: {}",
                        handle.attempt().containerName(),
                        failure.getMessage());
            }
        }

        /** From the first line again; what was handed over is passed over. */
        void restart() {
            token = null;
            passed = 0;
        }

        boolean take(List<OutputLogEvent> events) throws InterruptedException {
            var isNew = false;
            for (var event : events) {
                if (passed == handedOver) {
                    lines.line(
                            LogStream.STDOUT,
                            Instant.ofEpochMilli(event.timestamp()),
                            withoutReturn(event.message()));
                    handedOver++;
                    isNew = true;
                }
                passed++;
            }
            return isNew;
        }

        private static String withoutReturn(String line) {
            return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        }

        /** why by the token: a page may be empty though more follows. */
        boolean isAtEnd(@Nullable String next) {
            var isSame = next == null || next.equals(token);
            token = next;
            return isSame;
        }

        /** Whether the task's end is long enough ago, and nothing has come since for as long. */
        boolean isQuiet(boolean hasCome, long now) {
            if (hasCome || quietSince == 0) {
                quietSince = Math.max(1, now);
                return false;
            }
            return now - quietSince >= settings.logs().settle().toNanos();
        }
    }
}
