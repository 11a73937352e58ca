package dev.kohakku.dispatcher.backend.mock;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.ExitResult;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A container in memory; its state follows from its script and the clock. Thread-safe. */
final class MockContainer {

    private final ContainerSpec spec;
    private final String installation;
    private final MockScript script;
    private final InstantSource clock;
    private Optional<Instant> started = Optional.empty();
    private Optional<ExitResult> ended = Optional.empty();

    MockContainer(ContainerSpec spec, String installation, InstantSource clock) {
        this.spec = spec;
        this.installation = installation;
        this.script = MockScript.of(spec.env());
        this.clock = clock;
    }

    ContainerSpec spec() {
        return spec;
    }

    boolean isOf(String whose) {
        return installation.equals(whose);
    }

    /** Whether somebody else has removed it by now. */
    boolean hasVanished() {
        return script.end().vanishes() && status() instanceof ContainerStatus.Exited;
    }

    /** Starts it, if it never was; whether it did. */
    synchronized boolean start() {
        if (started.isPresent()) {
            return false;
        }
        started = Optional.of(clock.instant());
        return true;
    }

    synchronized ContainerStatus status() {
        if (started.isEmpty()) {
            return new ContainerStatus.Created();
        }
        var startedAt = started.get();
        var runFor = script.end().runFor();
        if (ended.isEmpty()
                && runFor != null
                && !clock.instant().isBefore(startedAt.plus(runFor))) {
            ended =
                    Optional.of(
                            new ExitResult(
                                    script.end().exitCode(), script.end().outOfMemory(), null));
        }
        return ended.isPresent()
                ? new ContainerStatus.Exited(startedAt, ended.get())
                : new ContainerStatus.Running(startedAt);
    }

    synchronized void term() {
        if (!script.end().ignoresTerm()) {
            endWith(143);
        }
    }

    synchronized void kill() {
        endWith(137);
    }

    private void endWith(int code) {
        if (status() instanceof ContainerStatus.Running) {
            ended = Optional.of(new ExitResult(code, false, null));
        }
    }

    /** What it has written by now. */
    synchronized List<Line> output() {
        if (started.isEmpty()) {
            return List.of();
        }
        var startedAt = started.get();
        var lines = new ArrayList<Line>();
        for (int i = 1; i <= script.output().lines(); i++) {
            lines.add(new Line(LogStream.STDOUT, startedAt, "line " + i));
        }
        if (script.output().lines() >= 0) {
            lines.add(new Line(LogStream.STDOUT, startedAt, "end"));
        }
        if (script.output().slowly()) {
            lines.add(new Line(LogStream.STDOUT, startedAt, "first"));
            if (status() instanceof ContainerStatus.Exited) {
                lines.add(new Line(LogStream.STDOUT, clock.instant(), "second"));
                lines.add(new Line(LogStream.STDERR, clock.instant(), "to stderr"));
            }
        }
        return lines;
    }

    record Line(LogStream stream, Instant at, String text) {}
}
