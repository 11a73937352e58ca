package dev.kohakku.common.log;

import static dev.kohakku.common.log.TestingLines.err;
import static dev.kohakku.common.log.TestingLines.line;
import static dev.kohakku.common.log.TestingLines.out;
import static dev.kohakku.common.log.TestingLines.outs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TestingIds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every archive promises. Each test has an attempt of its own. */
public abstract class LogArchiveContract {

    private static final LogPosition START = LogPosition.startOf(1);

    protected final AttemptId attempt = TestingIds.newAttempt();

    /** The archive under test. */
    protected abstract LogArchive archive();

    private List<LogLine> read(LogPosition after) throws IOException {
        var lines = new ArrayList<LogLine>();
        archive().read(attempt, after, lines::add);
        return lines;
    }

    @Test
    void anAttemptWithoutALogIsAtItsStart() throws Exception {
        assertThat(archive().position(attempt)).isEqualTo(START);
        assertThat(read(START)).isEmpty();
    }

    @Test
    void chunksAreReadInTheOrderOfTheirLines() throws Exception {
        var first = archive().store(attempt, START, List.of(out(1), err(1), out(2)));
        var second = archive().store(attempt, first, List.of(err(2), out(3)));
        for (var number = 4; number <= 12; number++) {
            second = archive().store(attempt, second, List.of(out(number)));
        }

        assertThat(first).isEqualTo(new LogPosition(1, 2, 1));
        assertThat(archive().position(attempt)).isEqualTo(new LogPosition(1, 12, 2));
        var expected = new ArrayList<>(List.of(out(1), err(1), out(2), err(2), out(3)));
        expected.addAll(outs(4, 12));
        assertThat(read(START)).isEqualTo(expected);
    }

    @Test
    void aReaderResumesInTheMiddleOfAChunk() throws Exception {
        archive().store(attempt, START, List.of(out(1), err(1), out(2), err(2)));

        assertThat(read(new LogPosition(1, 2, 0))).containsExactly(err(1), err(2));
        assertThat(read(new LogPosition(1, 2, 2))).isEmpty();
    }

    @Test
    void storingAgainAddsNothing() throws Exception {
        archive().store(attempt, START, outs(1, 3));

        assertThat(archive().store(attempt, START, outs(1, 3))).isEqualTo(new LogPosition(1, 3, 0));

        assertThat(read(START)).isEqualTo(outs(1, 3));
    }

    @Test
    void chunksOfTwoOwnersThatOverlapGiveEachLineOnce() throws Exception {
        archive().store(attempt, START, List.of(out(1), out(2), err(1)));
        archive().store(attempt, START, List.of(out(1), err(1), err(2), out(2), out(3)));
        archive().store(attempt, new LogPosition(1, 2, 1), List.of(out(3), out(4)));

        assertThat(archive().position(attempt)).isEqualTo(new LogPosition(1, 4, 2));
        assertThat(read(START))
                .containsExactlyInAnyOrder(out(1), out(2), err(1), err(2), out(3), out(4));
    }

    @Test
    void textIsKeptWhateverItHolds() throws Exception {
        var lines =
                List.of(
                        line(LogStream.STDOUT, 1, ""),
                        line(LogStream.STDOUT, 2, "grüße 🦊 \u0000 \"quoted\" \\ \u2028 \u0085"),
                        line(LogStream.STDERR, 1, "x".repeat(LogLine.LONGEST)));

        archive().store(attempt, START, lines);

        assertThat(read(START)).isEqualTo(lines);
    }

    @Test
    void attemptsAreKeptApart() throws Exception {
        var tenth = new AttemptId(attempt.task(), 10);
        archive().store(attempt, START, List.of(out(1)));
        archive().store(tenth, LogPosition.startOf(10), List.of(err(1)));

        assertThat(read(START)).containsExactly(out(1));
        assertThat(archive().position(tenth)).isEqualTo(new LogPosition(10, 0, 1));
    }

    @Test
    void aChunkWithoutLinesIsRefused() {
        assertThatThrownBy(() -> archive().store(attempt, START, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
