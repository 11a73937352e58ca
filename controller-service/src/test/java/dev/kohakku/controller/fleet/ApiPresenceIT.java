package dev.kohakku.controller.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingPresence;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class ApiPresenceIT {

    @Autowired JdbcClient jdbc;
    @Autowired ApiPresence presence;
    TestingPresence set;

    @BeforeEach
    void connect() {
        set = new TestingPresence(jdbc);
    }

    @Test
    void aRenewalInTimeKeepsTheBeginning() {
        set.lasting(Duration.ofHours(1));

        presence.renew();

        assertThat(lasts(Duration.ofMinutes(59))).isTrue();
        assertThat(lasts(Duration.ofMinutes(61))).isFalse();
    }

    @Test
    void aRenewalAfterAGapBeginsAnew() {
        set.lastSeen(Duration.ofSeconds(11));

        presence.renew();

        assertThat(lasts(Duration.ofSeconds(5))).isFalse();
        assertThat(lasts(Duration.ZERO)).isTrue();
    }

    @Test
    void aRenewalThatIsALittleLateIsNoGap() {
        set.lastSeen(Duration.ofSeconds(8));

        presence.renew();

        assertThat(lasts(Duration.ofHours(1))).isTrue();
    }

    @Test
    void aTimeWithoutRenewalsDoesNotCount() {
        set.lastSeen(Duration.ofSeconds(11));

        assertThat(lasts(Duration.ofSeconds(5))).isFalse();
    }

    @Test
    void aRowThatIsGoneComesBack() {
        jdbc.sql("delete from api_presence").update();
        assertThat(lasts(Duration.ofSeconds(5))).isFalse();

        presence.renew();

        assertThat(lasts(Duration.ZERO)).isTrue();
    }

    private boolean lasts(Duration time) {
        return jdbc.sql("select " + presence.lasts())
                .param("heard", time.toMillis() / 1000.0)
                .query(Boolean.class)
                .single();
    }
}
