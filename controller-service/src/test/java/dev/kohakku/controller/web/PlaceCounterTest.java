package dev.kohakku.controller.web;

import static dev.kohakku.controller.web.PlaceCounter.Answer.FULL;
import static dev.kohakku.controller.web.PlaceCounter.Answer.PEER_FULL;
import static dev.kohakku.controller.web.PlaceCounter.Answer.TAKEN;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlaceCounterTest {

    private final PlaceCounter counter = new PlaceCounter(3, 2);

    @Test
    void neverMoreThanThePlacesAndNeverMoreOfAPeerThanItsPart() {
        assertThat(counter.take("a")).isEqualTo(TAKEN);
        assertThat(counter.take("a")).isEqualTo(TAKEN);
        assertThat(counter.take("a")).isEqualTo(PEER_FULL);
        assertThat(counter.take("b")).isEqualTo(TAKEN);
        assertThat(counter.take("c")).isEqualTo(FULL);
        assertThat(counter.used()).isEqualTo(3);
    }

    @Test
    void whereOnePeerMayHaveAllAFullHouseIsFullAndNotThePeers() {
        var services = new PlaceCounter(2, 2);
        services.take("service");
        services.take("service");

        assertThat(services.take("service")).isEqualTo(FULL);
        assertThat(services.used()).isEqualTo(2);
    }

    @Test
    void whatIsGivenBackCanBeTakenAndNobodyIsRemembered() {
        counter.take("a");
        counter.take("a");
        counter.take("a");
        counter.giveBack("a");
        assertThat(counter.take("a")).isEqualTo(TAKEN);

        counter.giveBack("a");
        counter.giveBack("a");

        assertThat(counter.used()).isZero();
        assertThat(counter.peers()).isZero();
    }

    @Test
    void placesFollowFromHeapAndPoolUnlessTheyAreSet() {
        var unset = new PlacesProperties(0, 0, 0, 0, 50);

        assertThat(unset.filledIn(768L << 20, 12))
                .isEqualTo(new PlacesProperties(192, 96, 384, 192, 50));
        assertThat(unset.filledIn(160L << 20, 12))
                .isEqualTo(new PlacesProperties(80, 40, 80, 80, 50));
        assertThat(unset.filledIn(1, 1)).isEqualTo(new PlacesProperties(16, 16, 16, 16, 50));
        assertThat(new PlacesProperties(1, 2, 3, 4, 50).filledIn(768L << 20, 12))
                .isEqualTo(new PlacesProperties(1, 2, 3, 4, 50));
    }
}
