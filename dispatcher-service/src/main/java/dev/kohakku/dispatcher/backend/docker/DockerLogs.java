package dev.kohakku.dispatcher.backend.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerLogs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the engine's log of a container. Follows while it runs; a follow that was cut, went silent
 * or ended short is read again from the start, leaving out what was handed over: the engine can
 * only resume by time, and time does not number lines. Nothing is buffered beyond one entry, so a
 * slow reader slows the engine's sending and not our memory. Thread-safe.
 */
public final class DockerLogs implements ContainerLogs {

    private static final Logger LOG = LoggerFactory.getLogger(DockerLogs.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);

    /**
     * A container that is still not started then, one and a half seconds on, has no output. The
     * time is for a start whose asker gave up on the answer.
     */
    private static final int LOOKS_WITHOUT_START = 4;

    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final DockerEngine engine;
    private final DockerContainers containers;

    DockerLogs(DockerEngine engine, DockerContainers containers) {
        this.engine = engine;
        this.containers = containers;
    }

    @Override
    public boolean read(ContainerHandle handle, Lines lines) throws InterruptedException {
        Map<LogStream, Long> handedOver = new EnumMap<>(LogStream.class);
        var pause = PAUSE;
        var looksWithoutStart = 0;
        while (true) {
            try {
                switch (pass(handle, lines, handedOver)) {
                    case COMPLETE -> {
                        return true;
                    }
                    case MISSING -> {
                        return false;
                    }
                    case NOT_STARTED -> {
                        if (++looksWithoutStart == LOOKS_WITHOUT_START) {
                            return true;
                        }
                        Thread.sleep(pause);
                    }
                    case AGAIN -> Thread.sleep(pause);
                }
            } catch (BackendException e) {
                LOG.warn(
                        "Reading the log of {} goes on: {}",
                        handle.attempt().containerName(),
                        e.getMessage());
                Thread.sleep(pause);
            }
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private enum End {
        COMPLETE,
        MISSING,
        NOT_STARTED,
        AGAIN
    }

    private End pass(ContainerHandle handle, Lines lines, Map<LogStream, Long> handedOver)
            throws InterruptedException {
        var before = containers.status(handle);
        if (before instanceof ContainerStatus.Missing) {
            return End.MISSING;
        }
        if (before instanceof ContainerStatus.Created) {
            return End.NOT_STARTED;
        }
        boolean follow = before instanceof ContainerStatus.Running;
        try (var response = open(handle, follow ? "&follow=1" : "")) {
            var pass = new LogPass(handedOver, lines, response);
            boolean whole = read(handle, pass, follow);
            if (!whole || !(containers.status(handle) instanceof ContainerStatus.Exited)) {
                return End.AGAIN;
            }
            // why compare: a follow may end with the container, yet before its last entries.
            if (follow && !pass.endedWith(lastEntry(handle))) {
                return End.AGAIN;
            }
            pass.finish();
            return End.COMPLETE;
        }
    }

    private boolean read(ContainerHandle handle, LogPass pass, boolean follow)
            throws InterruptedException {
        var watchdog = Thread.ofVirtual().unstarted(() -> cutWhenForgotten(handle, pass));
        if (follow) {
            watchdog.start();
        }
        try {
            pass.read();
            return true;
        } catch (IOException e) {
            // why: an interrupt closes the channel it finds the thread in.
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while reading a log");
            }
            LOG.debug("The log of {} was cut", handle.attempt().containerName(), e);
            return false;
        } finally {
            watchdog.interrupt();
        }
    }

    /** Ends a follow that the engine has left open and silent though the container has ended. */
    private void cutWhenForgotten(ContainerHandle handle, LogPass pass) {
        try {
            while (true) {
                Thread.sleep(LOOK_AGAIN);
                if (pass.isStuck(LOOK_AGAIN.toNanos()) && hasEnded(handle)) {
                    pass.cut();
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean hasEnded(ContainerHandle handle) throws InterruptedException {
        try {
            return !(containers.status(handle) instanceof ContainerStatus.Running);
        } catch (BackendException e) {
            return false;
        }
    }

    private Optional<LogFrames.Frame> lastEntry(ContainerHandle handle)
            throws InterruptedException {
        try (var response = open(handle, "&tail=1")) {
            var frames = new LogFrames(response.getBody());
            Optional<LogFrames.Frame> last = Optional.empty();
            for (var frame = frames.next(); frame.isPresent(); frame = frames.next()) {
                last = frame;
            }
            return last;
        } catch (IOException e) {
            throw BackendException.unknown("the log was cut", e);
        }
    }

    private DockerHttpClient.Response open(ContainerHandle handle, String more)
            throws InterruptedException {
        var opened =
                engine.open(
                        "logs of " + handle.attempt().containerName(),
                        "GET",
                        "/containers/"
                                + handle.containerId()
                                + "/logs?stdout=1&stderr=1&timestamps=1"
                                + more);
        return switch (opened) {
            case Answer.Ok<DockerHttpClient.Response>(var response) -> response;
            case Answer.Refused<DockerHttpClient.Response> refused -> throw refused.asFailure();
        };
    }
}
