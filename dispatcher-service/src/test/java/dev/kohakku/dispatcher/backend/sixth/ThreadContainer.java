package dev.kohakku.dispatcher.backend.sixth;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.ExitResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The engine: a program on a thread of its own, what it wrote, and how it ended. */
final class ThreadContainer {

    /** Ends with what it returns; an interrupt is its TERM. */
    interface Program {
        int run(ThreadContainer self) throws InterruptedException;
    }

    record Line(LogStream stream, Instant at, String text) {}

    private final Program program;
    private final List<Line> output = new ArrayList<>();
    private ContainerStatus status = new ContainerStatus.Created();
    private @Nullable Thread thread;

    ThreadContainer(Program program) {
        this.program = program;
    }

    synchronized ContainerStatus status() {
        return status;
    }

    /** Runs the program if it never was. */
    synchronized void start() {
        if (status instanceof ContainerStatus.Created) {
            status = new ContainerStatus.Running(Instant.now());
            thread = Thread.ofVirtual().start(this::run);
        }
    }

    private void run() {
        int code;
        try {
            code = program.run(this);
        } catch (InterruptedException e) {
            code = 143;
        }
        end(code);
    }

    synchronized void end(int code) {
        if (status instanceof ContainerStatus.Running(var startedAt)) {
            status = new ContainerStatus.Exited(startedAt, new ExitResult(code, false, null));
            notifyAll();
        }
    }

    synchronized void term() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    synchronized void print(LogStream stream, String text) {
        output.add(new Line(stream, Instant.now(), text));
        notifyAll();
    }

    /** The lines after these many; waits for one while it runs, and has none at the end. */
    synchronized List<Line> after(int told) throws InterruptedException {
        while (output.size() == told && status instanceof ContainerStatus.Running) {
            wait();
        }
        return List.copyOf(output.subList(told, output.size()));
    }

    /** Waits up to this long for the end. */
    synchronized void awaitEnd(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        for (long left = most.toNanos();
                left > 0 && status instanceof ContainerStatus.Running;
                left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }
}
