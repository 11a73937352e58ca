package dev.kohakku.dispatcher.backend;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every backend's log promises; one that keeps none has {@link NoLogsContract}. */
@Timeout(60)
public abstract class ContainerLogsContract {

    private final BackendUnderTest under;
    private ServedBackend backend;

    protected ContainerLogsContract(BackendUnderTest under) {
        this.under = under;
    }

    @BeforeEach
    void open() {
        backend = under.open("test-" + UUID.randomUUID().toString().substring(0, 8));
    }

    @AfterEach
    void removeAll() throws InterruptedException {
        for (var handle : backend.containers().list()) {
            backend.containers().destroy(handle);
        }
    }

    protected final ContainerHandle started(Program program) throws InterruptedException {
        return backend.containers()
                .start(
                        ContainerSpecs.spec().image(under.image()).runs(program).build(),
                        YES,
                        StartProgress.NONE);
    }

    protected final BackendUnderTest under() {
        return under;
    }

    protected final ServedBackend backend() {
        return backend;
    }

    /** Reads a whole log. */
    protected final Lines read(ContainerHandle handle) throws InterruptedException {
        var lines = new Lines();
        assertThat(backend.logs().read(handle, lines)).isTrue();
        return lines;
    }

    @Test
    void theCapabilitySaysThatOutputIsKept() {
        assertThat(backend.containers().capabilities().logs()).isTrue();
    }

    @Test
    void aLastLineWithoutLineEndCounts() throws InterruptedException {
        assertThat(read(started(under.prints(2))).of(LogStream.STDOUT))
                .containsExactly("line 1", "line 2", "end");
    }

    @Test
    void twentyThousandLinesAreCompleteAndInOrder() throws InterruptedException {
        var lines = read(started(under.prints(20_000))).of(LogStream.STDOUT);
        assertThat(lines).hasSize(20_001).endsWith("end");
        for (int i = 1; i <= 20_000; i++) {
            assertThat(lines.get(i - 1)).isEqualTo("line " + i);
        }
    }

    @Test
    void anEndedContainerIsReadFromItsFirstByteAgainAndAgain() throws InterruptedException {
        var handle = started(under.prints(100));
        backend.containers().awaitExit(handle);
        var first = read(handle).of(LogStream.STDOUT);
        assertThat(first).hasSize(101);
        assertThat(read(handle).of(LogStream.STDOUT)).isEqualTo(first);
    }

    @Test
    void linesComeWhileTheContainerRuns() throws Exception {
        var handle = started(under.printsSlowly());
        var lines = new Lines();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var reading = threads.submit(() -> backend.logs().read(handle, lines));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> lines.of(LogStream.STDOUT).contains("first"));
            assertThat(backend.containers().inspect(handle))
                    .isInstanceOf(ContainerStatus.Running.class);
            assertThat(reading.get()).isTrue();
        }
        if (under.tellsStreamsApart()) {
            assertThat(lines.of(LogStream.STDOUT)).containsExactly("first", "second");
            assertThat(lines.of(LogStream.STDERR)).containsExactly("to stderr");
        } else {
            assertThat(lines.of(LogStream.STDERR)).isEmpty();
            assertThat(lines.all()).startsWith("first").contains("second", "to stderr").hasSize(3);
        }
    }

    @Test
    void aProgramThatWritesNothingHasAnEmptyLog() throws InterruptedException {
        assertThat(read(started(under.exits(0))).all()).isEmpty();
    }

    @Test
    void theLogOfAMissingContainerIsNotComplete() throws InterruptedException {
        var handle = started(under.prints(1));
        backend.containers().destroy(handle);
        assertThat(backend.logs().read(handle, new Lines())).isFalse();
    }

    @Test
    void anInterruptEndsTheReading() throws InterruptedException {
        var handle = started(under.sleeps());
        var reading =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                backend.logs().read(handle, new Lines());
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        await().until(() -> reading.getState() != Thread.State.RUNNABLE);
        reading.interrupt();
        assertThat(reading.join(Duration.ofSeconds(5))).isTrue();
        assertThat(backend.containers().inspect(handle))
                .isInstanceOf(ContainerStatus.Running.class);
    }

    @Test
    void aSlowReaderLosesNothing() throws InterruptedException {
        var handle = started(under.prints(2_000));
        var count = new AtomicLong();
        backend.logs()
                .read(
                        handle,
                        (stream, at, text) -> {
                            // why a park, not a sleep: any delay does, none is waited for.
                            if (count.incrementAndGet() % 200 == 0) {
                                LockSupport.parkNanos(20_000_000);
                            }
                        });
        assertThat(count).hasValue(2_001);
    }

    /** Remembers lines. */
    public static final class Lines implements ContainerLogs.Lines {

        private final List<Line> lines = new ArrayList<>();

        private record Line(LogStream stream, Instant at, String text) {}

        @Override
        public synchronized void line(LogStream stream, Instant at, String text) {
            lines.add(new Line(stream, at, text));
        }

        /** The lines of one stream, in order. */
        public synchronized List<String> of(LogStream stream) {
            return lines.stream().filter(line -> line.stream() == stream).map(Line::text).toList();
        }

        /** The lines of both streams. */
        public synchronized List<String> all() {
            return lines.stream().map(Line::text).toList();
        }

        /** When the first line was written. */
        public synchronized Instant firstAt() {
            return lines.getFirst().at();
        }
    }
}
