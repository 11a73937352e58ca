package dev.kohakku.common.log;

import static dev.kohakku.common.log.TestingLines.err;
import static dev.kohakku.common.log.TestingLines.line;
import static dev.kohakku.common.log.TestingLines.out;
import static dev.kohakku.common.log.TestingLines.outs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TestingIds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every live log promises. Each test has an attempt of its own. */
public abstract class LiveLogContract {

    protected static final Epoch FIRST = new Epoch(1);
    private static final Epoch SECOND = new Epoch(2);
    private static final LogPosition START = LogPosition.startOf(1);

    protected final AttemptId attempt = TestingIds.newAttempt();

    /** The log under test. */
    protected abstract LiveLog log();

    private List<LogLine> all() {
        return log().after(attempt, START, 100_000);
    }

    @Test
    void linesComeBackAsTheyWereAppended() {
        var lines = List.of(out(1), err(1), err(2), out(2), out(3));

        assertThat(log().append(attempt, FIRST, lines)).isTrue();

        assertThat(all()).isEqualTo(lines);
    }

    @Test
    void textIsKeptWhateverItHolds() {
        var lines =
                List.of(
                        line(LogStream.STDOUT, 1, ""),
                        line(LogStream.STDOUT, 2, "grüße 🦊 \u0000\t\u001b[31mred\r"),
                        line(LogStream.STDERR, 1, "x".repeat(LogLine.LONGEST)));

        log().append(attempt, FIRST, lines);

        assertThat(all()).isEqualTo(lines);
    }

    @Test
    void appendingAgainAddsNothing() {
        log().append(attempt, FIRST, List.of(out(1), err(1), out(2)));

        assertThat(log().append(attempt, FIRST, List.of(out(1), out(2), out(3), err(1)))).isTrue();

        assertThat(all()).containsExactly(out(1), err(1), out(2), out(3));
    }

    @Test
    void anOwnerOfThePastIsRefused() {
        log().append(attempt, SECOND, List.of(out(1)));

        assertThat(log().append(attempt, FIRST, List.of(out(2)))).isFalse();

        assertThat(all()).containsExactly(out(1));
    }

    @Test
    void aNewOwnerGoesOn() {
        log().append(attempt, FIRST, List.of(out(1), out(2)));

        assertThat(log().append(attempt, SECOND, List.of(out(1), out(2), out(3)))).isTrue();

        assertThat(all()).containsExactly(out(1), out(2), out(3));
    }

    @Test
    void aReaderResumesExactlyHoweverTheStreamsWereInterleavedBefore() {
        log().append(attempt, FIRST, List.of(err(1), err(2), out(1), out(2), err(3)));

        var rest = log().after(attempt, new LogPosition(1, 2, 0), 100);

        assertThat(rest).containsExactly(err(1), err(2), err(3));
    }

    @Test
    void aReaderTakesAsMuchAsItWantsAndMissesNothing() {
        var lines = new ArrayList<LogLine>();
        for (var number = 1; number <= 50; number++) {
            lines.add(out(number));
            if (number % 3 == 0) {
                lines.add(err(number / 3));
            }
        }
        log().append(attempt, FIRST, lines);

        assertThat(readInSteps(7)).isEqualTo(lines);
    }

    @Test
    void twentyThousandLinesPass() {
        var lines = outs(1, 20_000);

        log().append(attempt, FIRST, lines);

        assertThat(readInSteps(3_000)).isEqualTo(lines);
    }

    private List<LogLine> readInSteps(int most) {
        var read = new ArrayList<LogLine>();
        var position = START;
        for (var next = log().after(attempt, position, most);
                !next.isEmpty();
                next = log().after(attempt, position, most)) {
            assertThat(next).hasSizeLessThanOrEqualTo(most);
            for (var line : next) {
                position = position.after(line);
            }
            read.addAll(next);
        }
        return read;
    }

    @Test
    void trimmingDropsWhatIsArchivedAndNothingElse() {
        log().append(attempt, FIRST, List.of(out(1), err(1), out(2), err(2)));

        log().trim(attempt, new LogPosition(1, 1, 0));
        log().trim(attempt, new LogPosition(1, 1, 0));

        assertThat(all()).containsExactly(err(1), out(2), err(2));
    }

    @Test
    void whatWasTrimmedDoesNotComeBackWhenTheBackendIsReadAgain() {
        log().append(attempt, FIRST, outs(1, 3));
        log().trim(attempt, new LogPosition(1, 3, 0));

        log().append(attempt, SECOND, outs(1, 4));

        assertThat(all()).containsExactly(out(4));
    }

    @Test
    void anAttemptNobodyWroteForIsEmpty() {
        log().trim(attempt, START);
        log().expire(attempt);

        assertThat(all()).isEmpty();
        assertThat(log().append(attempt, FIRST, List.of())).isTrue();
    }

    @Test
    void attemptsAreKeptApart() {
        var next = new AttemptId(attempt.task(), 2);
        log().append(attempt, FIRST, List.of(out(1)));
        log().append(next, FIRST, List.of(err(1)));

        assertThat(all()).containsExactly(out(1));
        assertThat(log().after(next, LogPosition.startOf(2), 10)).containsExactly(err(1));
    }

    @Test
    void anExpiringLogCanStillBeRead() {
        log().append(attempt, FIRST, List.of(out(1)));

        log().expire(attempt);
        log().expire(attempt);

        assertThat(all()).containsExactly(out(1));
    }
}
