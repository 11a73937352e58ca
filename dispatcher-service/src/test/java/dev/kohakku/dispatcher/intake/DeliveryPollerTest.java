package dev.kohakku.dispatcher.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.queue.InMemoryTaskQueue;
import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.QueuedAttempt;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.dispatcher.attempt.TestingDispatcher;
import dev.kohakku.dispatcher.attempt.TestingDispatcher.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slot, read, claim, acknowledgement, in this order. */
class DeliveryPollerTest {

    private static final int CAPACITY = 10;

    private final TestingClock clock = new TestingClock();
    private final World world = World.of(clock);
    private final InMemoryTaskQueue queue = new InMemoryTaskQueue(clock);
    private final TestingDispatcher dispatcher = new TestingDispatcher(world);
    private final Slots slots = new Slots(dispatcher.running(), 4);
    private boolean open = true;
    private final DeliveryPoller poller =
            new DeliveryPoller(
                    queue,
                    slots,
                    dispatcher.attempts(),
                    () -> open,
                    Duration.ofSeconds(20),
                    clock::instant);

    @AfterEach
    void stop() throws InterruptedException {
        dispatcher.stop();
    }

    private AttemptId enqueue() {
        var attempt = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("true"));
        queue.enqueue(List.of(new QueuedAttempt(attempt, null)));
        return attempt;
    }

    private void awaitNothingInHands() {
        await().until(() -> slots.inHands() == 0);
    }

    @Test
    void aDeliveryIsAcknowledgedAsSoonAsItIsClaimedAndLongBeforeTheContainerEnds()
            throws Exception {
        var attempt = enqueue();

        poller.step();

        await().until(() -> world.backend().isRunning(attempt));
        assertThat(queue.pending()).isEmpty();
        awaitNothingInHands();
    }

    @Test
    void aRefusedClaimIsAcknowledgedAndItsSlotFree() throws Exception {
        var attempt = enqueue();
        world.controller().end(attempt);

        poller.step();

        await().until(() -> queue.pending().isEmpty());
        awaitNothingInHands();
        assertThat(dispatcher.running().free()).isEqualTo(CAPACITY);
    }

    @Test
    void aTaskTheControllerDoesNotKnowIsDropped() throws Exception {
        queue.enqueue(List.of(new QueuedAttempt(TestingIds.newAttempt(), null)));

        poller.step();

        await().until(() -> queue.pending().isEmpty());
        awaitNothingInHands();
    }

    @Test
    void anAttemptThatIsNotOnAQueueYetIsDroppedBecauseItComesAgain() throws Exception {
        var attempt = enqueue();
        world.controller().refuseClaims(attempt, Problems.ATTEMPT_PENDING);

        poller.step();

        await().until(() -> queue.pending().isEmpty());
        awaitNothingInHands();
    }

    @Test
    void whileTheControllerIsAwayNothingIsAcknowledgedAndTheSlotStaysTaken() throws Exception {
        world.controller().setAway(true);
        var attempt = enqueue();

        poller.step();
        await().until(() -> world.controller().failures() > 2);

        assertThat(queue.pending()).hasSize(1);
        assertThat(slots.inHands()).isEqualTo(1);
        world.controller().setAway(false);
        await().until(() -> world.backend().isRunning(attempt));
        assertThat(queue.pending()).isEmpty();
    }

    @Test
    void aSecondDeliveryOfARunningAttemptIsAcknowledgedAndNotRun() throws Exception {
        var attempt = enqueue();
        poller.step();
        await().until(() -> world.backend().isRunning(attempt));
        queue.enqueue(List.of(new QueuedAttempt(attempt, null)));

        poller.step();

        await().until(() -> queue.pending().isEmpty());
        assertThat(world.backend().created()).hasSize(1);
    }

    @Test
    void itsOwnDeliveryTakenOverWhileTheClaimIsOnItsWayIsNotAcknowledged() throws Exception {
        world.controller().setAway(true);
        enqueue();
        poller.step();
        await().until(() -> world.controller().failures() > 0);
        clock.advance(Duration.ofSeconds(30));

        poller.step();

        await().until(() -> slots.inHands() == 1);
        assertThat(queue.pending()).hasSize(1);
        world.controller().setAway(false);
        await().until(() -> queue.pending().isEmpty());
    }

    @Test
    void aDeliveryAnotherConsumerLeftBehindIsTakenOver() throws Exception {
        var attempt = enqueue();
        assertThat(queue.consumer().take(1, Duration.ZERO)).hasSize(1);
        clock.advance(Duration.ofSeconds(30));

        poller.step();

        await().until(() -> world.backend().isRunning(attempt));
        assertThat(queue.pending()).isEmpty();
    }

    @Test
    void neverMoreThanTheCapacityIsRead() throws Exception {
        for (var i = 0; i < CAPACITY + 3; i++) {
            enqueue();
        }

        for (var round = 0; round < 5; round++) {
            poller.step();
            awaitNothingInHands();
        }

        assertThat(dispatcher.running().all()).hasSize(CAPACITY);
        assertThat(queue.depth()).isEqualTo(3);
        var done = dispatcher.running().all().getFirst().id();
        await().until(() -> world.backend().isRunning(done));
        world.backend().exit(done, 0);
        await().until(() -> dispatcher.running().find(done).isEmpty());
        poller.step();
        awaitNothingInHands();
        assertThat(queue.depth()).isEqualTo(2);
    }

    @Test
    void aQueueThatIsAwayCostsNoSlot() {
        queue.setAway(true);

        assertThatThrownBy(poller::step).isInstanceOf(QueueUnavailableException.class);

        assertThat(slots.inHands()).isZero();
    }

    @Test
    void behindAClosedGateNothingIsRead() throws Exception {
        open = false;
        enqueue();

        assertThat(poller.step()).isFalse();

        assertThat(queue.pending()).isEmpty();
        assertThat(queue.depth()).isEqualTo(1);
    }
}
