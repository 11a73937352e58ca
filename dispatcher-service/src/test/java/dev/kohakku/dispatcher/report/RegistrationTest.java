package dev.kohakku.dispatcher.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.DispatchMode;
import dev.kohakku.common.wire.Prefetch;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.ResourceAccessException;

class RegistrationTest {

    private final TestingClock clock = new TestingClock();
    private final Lease lease = new Lease(clock::instant);
    private final Cordon cordon = new Cordon();
    private final FakeRegistry registry = new FakeRegistry();
    private final List<String> orders = new ArrayList<>();
    private final Registration registration =
            new Registration(
                    registry,
                    new DispatcherIdentity("d-1", "instance", URI.create("http://localhost:8080")),
                    new Registration.Terms(
                            new Registration.Intake(
                                    DispatchMode.BUS, "kohakku:tasks", "default", Map.of()),
                            "test",
                            new Pauses(Duration.ofSeconds(1), Duration.ofSeconds(5))),
                    new Registration.Grants(lease, cordon),
                    new FakeStatus(),
                    new RecordedOrders(),
                    clock::instant);

    private static final class FakeStatus implements DispatcherStatus {
        @Override
        public int capacity() {
            return 10;
        }

        @Override
        public int freeSlots() {
            return 9;
        }

        @Override
        public List<AttemptRef> running() {
            return List.of(FakeRegistry.ONE);
        }

        @Override
        public List<BackendStatus> backends() {
            return List.of();
        }
    }

    private final class RecordedOrders implements Orders {
        @Override
        public void cancel(List<AttemptRef> attempts) {
            attempts.forEach(_ -> orders.add("cancel"));
        }

        @Override
        public void letGo(List<AttemptRef> attempts) {
            attempts.forEach(_ -> orders.add("let go"));
        }

        @Override
        public void resume(List<AttemptRef> attempts) {
            attempts.forEach(_ -> orders.add("resume"));
        }

        @Override
        public void prefetch(List<Prefetch> images) {
            images.forEach(_ -> orders.add("prefetch"));
        }
    }

    @Test
    void aCheckInComesFirstAndItsAttemptsAreResumed() {
        registration.step();

        assertThat(registry.calls()).containsExactly("check-in");
        assertThat(orders).containsExactly("resume");
        assertThat(lease.isLive()).isTrue();
    }

    @Test
    void heartbeatsFollowInTheIntervalTheControllerAskedFor() {
        registration.step();
        registration.step();
        assertThat(registry.calls()).hasSize(1);

        clock.advance(Duration.ofSeconds(5));
        registration.step();

        assertThat(registry.calls()).containsExactly("check-in", "heartbeat");
        assertThat(orders).containsExactly("resume", "let go", "cancel", "prefetch");
    }

    @Test
    void aControllerThatHasForgottenThisProcessHearsACheckInAtOnce() {
        registration.step();
        clock.advance(Duration.ofSeconds(5));
        registry.fail(TestingController.problem(HttpStatus.NOT_FOUND, Problems.DISPATCHER_UNKNOWN));

        assertThat(registration.step()).isTrue();
        registry.fail(null);
        registration.step();

        assertThat(registry.calls()).containsExactly("check-in", "heartbeat", "check-in");
    }

    @Test
    void aControllerThatIsAwayIsTriedAgainWithGrowingPauses() {
        registry.fail(new ResourceAccessException("connection refused"));
        registration.step();
        registration.step();
        assertThat(registry.calls()).hasSize(1);

        clock.advance(Duration.ofSeconds(1));
        registration.step();
        clock.advance(Duration.ofSeconds(1));
        registration.step();
        assertThat(registry.calls()).hasSize(2);

        registry.fail(null);
        clock.advance(Duration.ofSeconds(1));
        registration.step();
        assertThat(lease.isLive()).isTrue();
    }

    @Test
    void aLeaseThatIsNotRenewedDoesNotStayLive() {
        registration.step();

        clock.advance(Duration.ofSeconds(15));

        assertThat(lease.isCheckedIn()).isTrue();
        assertThat(lease.isLive()).isFalse();
    }

    @Test
    void aLeaseCountsFromTheCallAndNotFromItsAnswer() {
        registration.step();
        clock.advance(Duration.ofSeconds(5));
        registry.meanwhile(() -> clock.advance(Duration.ofSeconds(12)));

        registration.step();

        assertThat(lease.isLive()).isTrue();
        clock.advance(Duration.ofSeconds(3));
        assertThat(lease.isLive()).isFalse();
    }

    @Test
    void aWantedHeartbeatIsSentAtOnceAndOnce() {
        registration.step();

        registration.heartbeatWanted();
        registration.step();
        registration.step();

        assertThat(registry.calls()).containsExactly("check-in", "heartbeat");
    }

    @Test
    void aHeartbeatWantedDuringAnotherIsSentToo() {
        registration.step();
        registry.meanwhile(registration::heartbeatWanted);
        registration.heartbeatWanted();
        registration.step();
        registry.meanwhile(() -> {});

        registration.step();

        assertThat(registry.calls()).containsExactly("check-in", "heartbeat", "heartbeat");
    }

    @Test
    void aCordonIsDrawnAndLiftedByAnyAnswer() {
        registry.cordon(true);
        registration.step();
        assertThat(cordon.isDrawn()).isTrue();

        registry.cordon(false);
        registration.heartbeatWanted();
        registration.step();
        assertThat(cordon.isDrawn()).isFalse();

        registry.cordon(true);
        registration.heartbeatWanted();
        registration.step();
        assertThat(cordon.isDrawn()).isTrue();
    }

    @Test
    void aFarewellEndsTheLeaseHereToo() {
        registration.step();

        registration.leave();

        assertThat(registry.calls()).containsExactly("check-in", "leave");
        assertThat(lease.isLive()).isFalse();
    }

    @Test
    void whoWasNeverCheckedInSaysNoFarewell() {
        registration.leave();

        assertThat(registry.calls()).isEmpty();
    }

    @Test
    void aControllerThatIsAwayDoesNotKeepAnybodyFromLeaving() {
        registration.step();
        registry.fail(new ResourceAccessException("connection refused"));

        registration.leave();

        assertThat(registry.calls()).containsExactly("check-in", "leave");
    }
}
