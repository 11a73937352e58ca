package dev.kohakku.dispatcher.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.CheckIn;
import dev.kohakku.common.wire.CheckedIn;
import dev.kohakku.common.wire.DispatcherRegistry;
import dev.kohakku.common.wire.Heartbeat;
import dev.kohakku.common.wire.HeartbeatAnswer;
import dev.kohakku.common.wire.Inventory;
import dev.kohakku.common.wire.InventoryAnswer;
import dev.kohakku.common.wire.Leave;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientException;

class RegistrationTest {

    private static final AttemptRef ONE = AttemptRef.of(TestingIds.newAttempt(), new Epoch(1));

    private final TestingClock clock = new TestingClock();
    private final Lease lease = new Lease(clock::instant);
    private final FakeRegistry registry = new FakeRegistry();
    private final List<String> orders = new ArrayList<>();
    private final Registration registration =
            new Registration(
                    registry,
                    new DispatcherIdentity("d-1", "instance", URI.create("http://localhost:8080")),
                    new Registration.Terms(
                            "kohakku:tasks",
                            "test",
                            new Pauses(Duration.ofSeconds(1), Duration.ofSeconds(5))),
                    lease,
                    new FakeStatus(),
                    new RecordedOrders(),
                    clock::instant);

    private static final class FakeRegistry implements DispatcherRegistry {
        private final List<String> calls = new ArrayList<>();
        private RestClientException failure;

        @Override
        public CheckedIn checkIn(CheckIn checkIn) {
            return answer(
                    "check-in",
                    new CheckedIn(
                            Duration.ofSeconds(5), Duration.ofSeconds(15), List.of(ONE), false));
        }

        @Override
        public HeartbeatAnswer heartbeat(String id, Heartbeat heartbeat) {
            return answer(
                    "heartbeat", new HeartbeatAnswer(List.of(ONE), List.of(ONE), List.of(), false));
        }

        @Override
        public void leave(String id, Leave leave) {
            answer("leave", leave);
        }

        @Override
        public InventoryAnswer inventory(String id, Inventory inventory) {
            return answer("inventory", new InventoryAnswer(List.of()));
        }

        private <T> T answer(String call, T answer) {
            calls.add(call);
            if (failure != null) {
                throw failure;
            }
            return answer;
        }
    }

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
            return List.of(ONE);
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
    }

    @Test
    void aCheckInComesFirstAndItsAttemptsAreResumed() {
        registration.step();

        assertThat(registry.calls).containsExactly("check-in");
        assertThat(orders).containsExactly("resume");
        assertThat(lease.isLive()).isTrue();
    }

    @Test
    void heartbeatsFollowInTheIntervalTheControllerAskedFor() {
        registration.step();
        registration.step();
        assertThat(registry.calls).hasSize(1);

        clock.advance(Duration.ofSeconds(5));
        registration.step();

        assertThat(registry.calls).containsExactly("check-in", "heartbeat");
        assertThat(orders).containsExactly("resume", "cancel", "let go");
    }

    @Test
    void aControllerThatHasForgottenThisProcessHearsACheckInAtOnce() {
        registration.step();
        clock.advance(Duration.ofSeconds(5));
        registry.failure =
                TestingController.problem(HttpStatus.NOT_FOUND, Problems.DISPATCHER_UNKNOWN);

        assertThat(registration.step()).isTrue();
        registry.failure = null;
        registration.step();

        assertThat(registry.calls).containsExactly("check-in", "heartbeat", "check-in");
    }

    @Test
    void aControllerThatIsAwayIsTriedAgainWithGrowingPauses() {
        registry.failure = new ResourceAccessException("connection refused");
        registration.step();
        registration.step();
        assertThat(registry.calls).hasSize(1);

        clock.advance(Duration.ofSeconds(1));
        registration.step();
        clock.advance(Duration.ofSeconds(1));
        registration.step();
        assertThat(registry.calls).hasSize(2);

        registry.failure = null;
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
}
