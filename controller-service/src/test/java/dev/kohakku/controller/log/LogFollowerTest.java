package dev.kohakku.controller.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.blob.InMemoryBlobStore;
import dev.kohakku.common.log.BlobLogArchive;
import dev.kohakku.common.log.InMemoryLiveLog;
import dev.kohakku.common.log.LiveLog;
import dev.kohakku.common.log.LogArchive;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.WireJson;
import dev.kohakku.controller.task.Tasks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

class LogFollowerTest {

    private static final TaskId TASK = new TaskId(UUID.randomUUID());
    private static final AttemptId ATTEMPT = new AttemptId(TASK, 1);
    private static final LogPosition START = LogPosition.startOf(1);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final LogArchive stored = new BlobLogArchive(new InMemoryBlobStore());
    private final LogArchive archive = new Leaving();
    private final InMemoryLiveLog live = new InMemoryLiveLog();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicInteger archiveAsked = new AtomicInteger();
    private volatile boolean archiveIsAway;
    private final AtomicReference<TaskState> state = new AtomicReference<>(TaskState.RUNNING);

    /** An archive that can be away. */
    private final class Leaving implements LogArchive {

        @Override
        public LogPosition store(AttemptId attempt, LogPosition start, List<LogLine> lines)
                throws IOException {
            return stored.store(attempt, start, lines);
        }

        @Override
        public LogPosition position(AttemptId attempt) throws IOException {
            return stored.position(attempt);
        }

        @Override
        public void read(AttemptId attempt, LogPosition after, Consumer<LogLine> reader)
                throws IOException {
            archiveAsked.incrementAndGet();
            if (archiveIsAway) {
                throw new IOException("the object store is away");
            }
            stored.read(attempt, after, reader);
        }
    }

    @Test
    void linesThatMoveToTheArchiveWhileTheyAreReadAreNoGap() throws Exception {
        live.append(ATTEMPT, new Epoch(1), lines(5, 6));

        follow(new MovingToTheArchive(), () -> standing(TaskState.COMPLETED));

        assertThat(text()).doesNotContain("gap");
        assertThat(ids())
                .containsExactly("1-1-0", "1-2-0", "1-3-0", "1-4-0", "1-5-0", "1-6-0", "1-6-0");
    }

    @Test
    void whileTheStateRedisIsAwayTheArchiveIsRead() throws Exception {
        archive.store(ATTEMPT, START, lines(1, 3));
        live.setAway(true);

        follow(live, () -> standing(TaskState.FAILED));

        assertThat(ids()).containsExactly("1-1-0", "1-2-0", "1-3-0", "1-3-0");
        assertThat(text()).contains("event: end\ndata: {\"state\":\"FAILED\"");
    }

    @Test
    void aControllerThatStopsSendsItsFollowersAway() throws Exception {
        live.append(ATTEMPT, new Epoch(1), lines(1, 2));
        stopping.countDown();

        follow(live, () -> standing(TaskState.RUNNING));

        assertThat(text())
                .endsWith(
                        """
                        id: 1-2-0
                        event: interrupted
                        data: {"reason":"the Controller stops"}

                        """);
    }

    @Test
    void aDatabaseThatIsAwayInterruptsInsteadOfEnding() throws Exception {
        live.append(ATTEMPT, new Epoch(1), lines(1, 2));

        follow(
                live,
                () -> {
                    throw new DataAccessResourceFailureException("away");
                });

        assertThat(text()).contains("id: 1-2-0\nevent: interrupted").doesNotContain("event: end");
    }

    @Test
    void bothStreamsAreNumberedForThemselves() throws Exception {
        live.append(
                ATTEMPT,
                new Epoch(1),
                List.of(
                        line(LogStream.STDOUT, 1),
                        line(LogStream.STDERR, 1),
                        line(LogStream.STDERR, 2)));

        follow(live, () -> standing(TaskState.COMPLETED));

        assertThat(ids()).containsExactly("1-1-0", "1-1-1", "1-1-2", "1-1-2");
    }

    @Test
    void linesThatWereThereBeforeAreSentAtOnce() throws Exception {
        live.append(ATTEMPT, new Epoch(1), lines(1, 2));

        try (var _ = following(LONG)) {
            await().untilAsserted(() -> assertThat(ids()).containsExactly("1-1-0", "1-2-0"));
        }
    }

    @Test
    void linesOnTheirWayToTheArchiveAreWaitedForInTheirStreamAlone() throws Exception {
        live.append(ATTEMPT, new Epoch(1), lines(1, 2));
        try (var _ = following(LONG)) {
            await().until(() -> ids().size() == 2);
            live.lose();
            live.append(ATTEMPT, new Epoch(1), lines(5, 6));
            live.append(ATTEMPT, new Epoch(1), List.of(line(LogStream.STDERR, 1)));
            await().until(() -> ids().contains("1-2-1"));
            archive.store(ATTEMPT, START, lines(1, 4));

            await().until(() -> ids().contains("1-6-1"));
            live.append(ATTEMPT, new Epoch(1), lines(7, 7));
            await().until(() -> ids().contains("1-7-1"));
        }

        assertThat(ids())
                .containsExactly(
                        "1-1-0", "1-2-0", "1-2-1", "1-3-1", "1-4-1", "1-5-1", "1-6-1", "1-7-1",
                        "1-7-1");
        assertThat(text()).doesNotContain("gap");
    }

    @Test
    void moreLinesThanABatchBehindAGapHideNeitherStream() throws Exception {
        live.append(ATTEMPT, new Epoch(1), lines(5, 3_000));
        live.append(ATTEMPT, new Epoch(1), List.of(line(LogStream.STDERR, 1)));
        try (var _ = following(LONG)) {
            await().until(() -> ids().contains("1-0-1"));
            archive.store(ATTEMPT, START, lines(1, 4));
            await().until(() -> ids().contains("1-3000-1"));
        }

        assertThat(ids()).hasSize(3_002);
        assertThat(text()).doesNotContain("gap");
    }

    @Test
    void linesThatDoNotComeAreAGapAfterAWhile() throws Exception {
        live.append(ATTEMPT, new Epoch(1), lines(3, 4));

        try (var _ = following(Duration.ofMillis(400))) {
            await().until(() -> ids().contains("1-4-0"));
        }

        assertThat(text()).contains("id: 1-2-0\nevent: gap\n").contains("\"from\":1,\"to\":2");
        assertThat(ids()).containsExactly("1-2-0", "1-3-0", "1-4-0", "1-4-0");
    }

    @Test
    void whatIsMissingWhenTheAttemptIsOverIsAGap() throws Exception {
        live.append(ATTEMPT, new Epoch(1), lines(1, 1));
        live.append(ATTEMPT, new Epoch(1), lines(4, 4));
        try (var _ = following(LONG)) {
            await().until(() -> ids().contains("1-1-0"));
            assertThat(text()).doesNotContain("gap");
            state.set(TaskState.FAILED);
            await().until(() -> text().contains("event: end"));
        }

        assertThat(ids()).containsExactly("1-1-0", "1-3-0", "1-4-0", "1-4-0");
        assertThat(text()).contains("id: 1-3-0\nevent: gap\n");
    }

    @Test
    void whileTheArchiveIsAwayWhoNeedsOnlyLiveLinesIsNotCut() throws Exception {
        live.append(ATTEMPT, new Epoch(1), lines(1, 2));
        archiveIsAway = true;
        try (var _ = following(LONG)) {
            await().until(() -> ids().contains("1-2-0"));
            var asked = archiveAsked.get();
            await().until(() -> archiveAsked.get() > asked);
            live.append(ATTEMPT, new Epoch(1), lines(3, 3));
            await().until(() -> ids().contains("1-3-0"));
            assertThat(text()).doesNotContain("interrupted");
        }
    }

    @Test
    void whoNeedsTheArchiveWhileItIsAwayIsSentAwayForAWhile() throws Exception {
        live.append(ATTEMPT, new Epoch(1), lines(3, 4));
        archiveIsAway = true;

        follow(live, () -> standing(TaskState.RUNNING));

        assertThat(text()).contains("retry: 2000\n", "event: interrupted");
        assertThat(ids()).doesNotContain("1-3-0");
    }

    private Following following(Duration patience) {
        var follower = follower(live, () -> standing(state.get()), patience);
        return new Following(
                Thread.startVirtualThread(() -> {
                    try {
                        follower.follow();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                }));
    }

    private void follow(LiveLog from, Supplier<Tasks.Standing> standing) throws Exception {
        follower(from, standing, LONG).follow();
    }

    private LogFollower follower(
            LiveLog from, Supplier<Tasks.Standing> standing, Duration patience) {
        var events = new EventStreamWriter(new ResponseText(out), WireJson.mapper());
        var reader = new LogReader(archive, from, TASK, events, START, patience);
        return new LogFollower(reader, events, standing, false, stopping, Duration.ofSeconds(10));
    }

    private static Tasks.Standing standing(TaskState state) {
        return new Tasks.Standing(TASK, state, 1);
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private List<String> ids() {
        return text().lines()
                .filter(line -> line.startsWith("id: "))
                .map(line -> line.substring(4))
                .toList();
    }

    private static List<LogLine> lines(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(n -> line(LogStream.STDOUT, n)).toList();
    }

    private static LogLine line(LogStream stream, long number) {
        return new LogLine(stream, number, Instant.EPOCH, "line " + number);
    }

    /** Lines 1 to 4 are archived between the reader's look at the archive and at the live log. */
    private final class MovingToTheArchive extends Delegate {

        @Override
        public List<LogLine> after(AttemptId attempt, LogPosition position, int most) {
            try {
                if (archive.position(ATTEMPT).equals(START)) {
                    archive.store(ATTEMPT, START, lines(1, 4));
                }
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
            return live.after(attempt, position, most);
        }
    }

    /** A follower in the background; closing stops it as a stopping Controller does. */
    private final class Following implements AutoCloseable {

        private final Thread thread;

        Following(Thread thread) {
            this.thread = thread;
        }

        @Override
        public void close() {
            stopping.countDown();
            await().until(() -> !thread.isAlive());
        }
    }

    /** Readers only ever ask for lines. */
    private abstract static class Delegate implements LiveLog {

        @Override
        public boolean append(AttemptId attempt, Epoch epoch, List<LogLine> lines) {
            throw new UnsupportedOperationException("a reader does not write");
        }

        @Override
        public void trim(AttemptId attempt, LogPosition archived) {
            throw new UnsupportedOperationException("a reader does not write");
        }

        @Override
        public void expire(AttemptId attempt) {
            throw new UnsupportedOperationException("a reader does not write");
        }
    }
}
