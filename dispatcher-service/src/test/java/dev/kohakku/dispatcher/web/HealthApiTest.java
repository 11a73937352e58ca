package dev.kohakku.dispatcher.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import dev.kohakku.dispatcher.identity.DispatcherSettings;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityState;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;

class HealthApiTest {

    private static final String KEY = "of-dispatchers";

    private Optional<String> obstacle = Optional.of("not checked in at the Controller yet");
    private ReadinessState state = ReadinessState.ACCEPTING_TRAFFIC;

    private final HealthApi api =
            new HealthApi(
                    new DispatcherIdentity("d-1", "i-1", URI.create("http://d-1")),
                    List.of(new Need()),
                    new Availability(),
                    new DispatcherSettings(null, null, null, "default", "", KEY, "signing"));

    private final class Need implements Readiness {

        @Override
        public String name() {
            return "controller";
        }

        @Override
        public Optional<String> obstacle() {
            return obstacle;
        }
    }

    private final class Availability implements ApplicationAvailability {

        @Override
        public <S extends AvailabilityState> S getState(Class<S> type, S otherwise) {
            return type.isInstance(state) ? type.cast(state) : otherwise;
        }

        @Override
        public <S extends AvailabilityState> S getState(Class<S> type) {
            return type.cast(type == ReadinessState.class ? state : LivenessState.CORRECT);
        }

        @Override
        public <S extends AvailabilityState>
                org.springframework.boot.availability.AvailabilityChangeEvent<S> getLastChangeEvent(
                        Class<S> type) {
            throw new UnsupportedOperationException("nobody asks");
        }
    }

    @Test
    void aProcessThatWasNeverWholeIsNotReady() {
        assertThat(api.ready(KEY).getStatusCode().value()).isEqualTo(503);
        assertThat(api.ready(KEY).getHeaders().getFirst("Retry-After")).isEqualTo("2");
    }

    @Test
    void whatGoesAwayLaterDegradesAndAgentsAreStillServed() {
        obstacle = Optional.empty();
        assertThat(api.ready(KEY).getBody().status()).isEqualTo("ready");

        obstacle = Optional.of("the Controller has not answered a heartbeat lately");

        assertThat(api.ready(KEY).getStatusCode().value()).isEqualTo(200);
        assertThat(api.ready(KEY).getBody().status()).isEqualTo("degraded");
        assertThat(api.ready(KEY).getBody().checks())
                .containsEntry("controller", "the Controller has not answered a heartbeat lately");
    }

    @Test
    void aStrangerReadsOnlyWhatIsNotWell() {
        for (var shown : new @Nullable String[] {null, "", "of-others"}) {
            assertThat(api.ready(shown).getBody().checks())
                    .containsOnly(Map.entry("controller", "not ok"));
        }
        obstacle = Optional.empty();
        assertThat(api.ready(null).getBody().checks()).containsEntry("controller", "ok");
    }

    @Test
    void aProcessThatStopsIsNotReady() {
        obstacle = Optional.empty();
        api.ready(KEY);

        state = ReadinessState.REFUSING_TRAFFIC;

        assertThat(api.ready(KEY).getStatusCode().value()).isEqualTo(503);
        assertThat(api.ready(KEY).getBody().status()).isEqualTo("stopping");
    }
}
