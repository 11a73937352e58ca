package dev.kohakku.dispatcher.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.blob.InMemoryBlobStore;
import dev.kohakku.common.log.BlobLogArchive;
import dev.kohakku.common.log.InMemoryLiveLog;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.time.TestingClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** Every line once, numbered, live and archived; or the word that some are missing. */
class LogShipperTest {

    private static final Epoch EPOCH = new Epoch(1);
    private static final Duration READ_LIMIT = Duration.ofMillis(500);

    private final TestingClock clock = new TestingClock();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final InMemoryLiveLog live = new InMemoryLiveLog();
    private final BlobLogArchive archive = new BlobLogArchive(blobs);
    private final AttemptId attempt = TestingIds.newAttempt();
    private final LogShipper shipper = shipper(Duration.ofSeconds(20));

    private LogShipper shipper(Duration storeLimit) {
        var settings =
                new LogSettings(
                        Duration.ofMillis(5),
                        100,
                        DataSize.ofKilobytes(200),
                        READ_LIMIT,
                        storeLimit);
        return new LogShipper(archive, live, settings);
    }

    private LogSource lines(int count) {
        return sink -> {
            for (var i = 1; i <= count; i++) {
                sink.line(
                        i % 3 == 0 ? LogStream.STDERR : LogStream.STDOUT,
                        clock.instant(),
                        "line " + i);
            }
            return true;
        };
    }

    private List<LogLine> archived() throws IOException {
        var lines = new ArrayList<LogLine>();
        archive.read(attempt, LogPosition.startOf(1), lines::add);
        return lines;
    }

    @Test
    void everyLineIsArchivedInOrderAndNumberedByStream() throws Exception {
        var shipment = shipper.open(attempt, EPOCH, lines(250));

        assertThat(shipment.flush()).isTrue();

        assertThat(archived()).extracting(LogLine::text).hasSize(250).last().isEqualTo("line 250");
        assertThat(archived())
                .filteredOn(line -> line.stream() == LogStream.STDERR)
                .extracting(LogLine::number)
                .hasSize(83)
                .isSorted()
                .endsWith(83L);
        assertThat(blobs.list("logs/")).hasSize(3);
        assertThat(live.isExpired(attempt)).isTrue();
    }

    @Test
    void aSecondReadingFromTheFirstByteAddsNothingTwice() throws Exception {
        try (var first = shipper.open(attempt, EPOCH, lines(150))) {
            await().until(() -> !blobs.list("logs/").isEmpty());
            assertThat(first.flush()).isTrue();
        }

        var second = shipper.open(attempt, new Epoch(2), lines(160));

        assertThat(second.flush()).isTrue();
        assertThat(archived()).extracting(LogLine::text).hasSize(160).doesNotHaveDuplicates();
    }

    @Test
    void linesAreLiveWhileTheContainerRuns() throws Exception {
        var end = new CountDownLatch(1);
        var shipment =
                shipper.open(
                        attempt,
                        EPOCH,
                        sink -> {
                            sink.line(LogStream.STDOUT, clock.instant(), "early");
                            end.await();
                            return true;
                        });

        await().until(() -> live.after(attempt, LogPosition.startOf(1), 10).size() == 1);
        end.countDown();
        assertThat(shipment.flush()).isTrue();
    }

    @Test
    void aLiveLogThatIsAwayDoesNotHoldTheArchiveUp() throws Exception {
        live.setAway(true);

        assertThat(shipper.open(attempt, EPOCH, lines(250)).flush()).isTrue();

        assertThat(archived()).hasSize(250);
    }

    @Test
    void anArchiveThatIsAwayForAMomentLosesNothing() throws Exception {
        blobs.setAway(true);
        var shipment = shipper.open(attempt, EPOCH, lines(150));
        await().until(() -> !live.after(attempt, LogPosition.startOf(1), 10).isEmpty());
        blobs.setAway(false);

        await().until(shipment::flush);

        assertThat(archived()).extracting(LogLine::text).contains("line 1", "line 150");
    }

    @Test
    void anArchiveThatIsAwayForLongerThanReadingMayTakeLosesNothing() throws Exception {
        blobs.setAway(true);
        var shipment = shipper.open(attempt, EPOCH, lines(250));
        var flushed = flushing(shipment);

        await().during(READ_LIMIT.multipliedBy(3)).until(() -> !flushed.isDone());
        blobs.setAway(false);

        assertThat(flushed.get()).isTrue();
        assertThat(archived()).extracting(LogLine::text).hasSize(250).doesNotHaveDuplicates();
    }

    @Test
    void anArchiveThatStaysAwayEndsTheWaiting() throws Exception {
        blobs.setAway(true);
        try (var shipment = shipper(Duration.ofMillis(300)).open(attempt, EPOCH, lines(150))) {
            assertThat(shipment.flush()).isFalse();
        }
    }

    @Test
    void readingMayTakeLongAsLongAsLinesCome() throws Exception {
        var never = new CountDownLatch(1);
        var shipment =
                shipper.open(
                        attempt,
                        EPOCH,
                        sink -> {
                            for (var i = 1; i <= 12; i++) {
                                never.await(READ_LIMIT.toMillis() / 5, TimeUnit.MILLISECONDS);
                                sink.line(LogStream.STDOUT, clock.instant(), "line " + i);
                            }
                            return true;
                        });

        assertThat(shipment.flush()).isTrue();

        assertThat(archived()).hasSize(12);
    }

    private static Future<Boolean> flushing(LogShipment shipment) {
        var flushing = new FutureTask<>(shipment::flush);
        Thread.startVirtualThread(flushing);
        return flushing;
    }

    @Test
    void aLostPartIsSaidAndTakesNoLinesNumber() throws Exception {
        var first =
                shipper.open(
                        attempt,
                        EPOCH,
                        sink -> {
                            sink.line(LogStream.STDOUT, clock.instant(), "line 1");
                            return false;
                        });
        assertThat(first.flush()).isFalse();
        assertThat(archived()).extracting(LogLine::text).containsExactly("line 1");

        var second = shipper.open(attempt, new Epoch(2), lines(3));

        assertThat(second.flush()).isTrue();
        assertThat(archived())
                .extracting(LogLine::text)
                .containsExactly("line 1", "line 2", "line 3");
    }

    @Test
    void aReadingThatNeverEndsIsGivenUpAndSaid() throws Exception {
        var shipment =
                shipper.open(
                        attempt,
                        EPOCH,
                        sink -> {
                            sink.line(LogStream.STDOUT, clock.instant(), "before");
                            new CountDownLatch(1).await();
                            return true;
                        });

        assertThat(shipment.flush()).isFalse();

        assertThat(archived()).extracting(LogLine::text).containsExactly("before");
        assertThat(live.isExpired(attempt)).isTrue();
    }

    @Test
    void aLineTooLongIsSplit() throws Exception {
        var shipment =
                shipper.open(
                        attempt,
                        EPOCH,
                        sink -> {
                            sink.line(
                                    LogStream.STDOUT,
                                    clock.instant(),
                                    "x".repeat(LogLine.LONGEST + 1));
                            sink.line(LogStream.STDOUT, clock.instant(), "");
                            return true;
                        });

        shipment.flush();

        assertThat(archived())
                .extracting(line -> line.text().length())
                .containsExactly(LogLine.LONGEST, 1, 0);
    }

    @Test
    void aClosedShipmentStoresNothingMore() throws Exception {
        var begun = new CountDownLatch(1);
        var shipment =
                shipper.open(
                        attempt,
                        EPOCH,
                        sink -> {
                            sink.line(LogStream.STDOUT, clock.instant(), "seen");
                            begun.countDown();
                            new CountDownLatch(1).await();
                            return true;
                        });
        begun.await();

        shipment.close();
        shipment.flush();

        assertThat(archived()).isEmpty();
    }
}
