package dev.kohakku.controller.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PrimaryProgressTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final PrimaryProgress progress = new PrimaryProgress();

    @Test
    void nothingIsKnownBeforeThePrimaryWasSeen() {
        assertThat(progress.lag(0, new Lsn(100))).isNull();
    }

    @Test
    void whatIsBehindAllThatWasSeenMayBeBehindForLonger() {
        progress.add(0, new Lsn(100));

        assertThat(progress.lag(SECOND, new Lsn(99))).isNull();
        assertThat(progress.lag(SECOND, new Lsn(100))).isZero();
    }

    @Test
    void theLagIsTheAgeOfWhatIsNotReplayed() {
        progress.add(0, new Lsn(100));
        progress.add(SECOND, new Lsn(200));
        progress.add(2 * SECOND, new Lsn(300));

        assertThat(progress.lag(5 * SECOND, new Lsn(100))).isEqualTo(Duration.ofSeconds(4));
        assertThat(progress.lag(5 * SECOND, new Lsn(299))).isEqualTo(Duration.ofSeconds(3));
        assertThat(progress.lag(5 * SECOND, new Lsn(300))).isZero();
    }

    @Test
    void aPrimaryThatWritesNothingLeavesNobodyBehind() {
        progress.add(0, new Lsn(100));
        progress.add(900 * SECOND, new Lsn(100));

        assertThat(progress.lag(901 * SECOND, new Lsn(100))).isZero();
    }

    @Test
    void aPrimaryThatStandsBeforeWhereItWasBeginsAnew() {
        progress.add(0, new Lsn(1_000));
        progress.add(SECOND, new Lsn(400));

        assertThat(progress.lag(2 * SECOND, new Lsn(400))).isZero();
        assertThat(progress.lag(2 * SECOND, new Lsn(399))).isNull();
    }
}
