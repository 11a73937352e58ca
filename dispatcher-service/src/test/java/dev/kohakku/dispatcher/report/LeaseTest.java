package dev.kohakku.dispatcher.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.time.TestingClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private final TestingClock steady = new TestingClock(Instant.EPOCH);
    private final Lease lease = new Lease(steady::instant);
    private Instant claimed;

    @BeforeEach
    void checkInAndClaim() {
        lease.granted(Duration.ofSeconds(5), Duration.ofSeconds(15), steady.instant());
        steady.advance(Duration.ofSeconds(1));
        claimed = steady.instant();
    }

    @Test
    void renewedInTimeItIsUnbroken() {
        for (var beat = 0; beat < 10; beat++) {
            steady.advance(Duration.ofSeconds(10));
            lease.renewed(steady.instant());
        }

        assertThat(lease.isUnbrokenSince(claimed)).isTrue();
    }

    @Test
    void renewedTooLateItIsLiveAgainButSaysNothingOfWhatWasHeldBefore() {
        steady.advance(Duration.ofSeconds(30));

        lease.renewed(steady.instant());

        assertThat(lease.isLive()).isTrue();
        assertThat(lease.isUnbrokenSince(claimed)).isFalse();
        assertThat(lease.isUnbrokenSince(steady.instant())).isTrue();
    }

    @Test
    void aCheckInSaysNothingOfWhatWasHeldBefore() {
        lease.lost();
        steady.advance(Duration.ofSeconds(1));

        lease.granted(Duration.ofSeconds(5), Duration.ofSeconds(15), steady.instant());

        assertThat(lease.isUnbrokenSince(claimed)).isFalse();
    }

    @Test
    void pastItsEndItIsNotUnbroken() {
        steady.advance(Duration.ofSeconds(15));

        assertThat(lease.isUnbrokenSince(claimed)).isFalse();
    }
}
