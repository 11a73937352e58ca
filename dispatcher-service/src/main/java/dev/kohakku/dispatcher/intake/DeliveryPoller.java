package dev.kohakku.dispatcher.intake;

import dev.kohakku.common.queue.Delivery;
import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.TaskQueue;
import dev.kohakku.dispatcher.attempt.Attempts;
import dev.kohakku.dispatcher.report.SteadyTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads deliveries and hands each to a thread of its own. One round of a loop is one read; a round
 * never takes longer than some seconds, so the age of the last one tells whether reading works.
 */
final class DeliveryPoller {

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryPoller.class);
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final Duration LOOK_FOR_IDLE_EVERY = Duration.ofSeconds(5);

    private final TaskQueue queue;
    private final Slots slots;
    private final Attempts attempts;
    private final IntakeGate gate;
    private final Duration takeOverAfter;
    private final SteadyTime steady;
    private Instant lookForIdleAt = Instant.MIN;

    /** The deliveries between their read and their acknowledgement. */
    private final Set<String> inHands = ConcurrentHashMap.newKeySet();

    DeliveryPoller(
            TaskQueue queue,
            Slots slots,
            Attempts attempts,
            IntakeGate gate,
            Duration takeOverAfter,
            SteadyTime steady) {
        this.queue = queue;
        this.slots = slots;
        this.attempts = attempts;
        this.gate = gate;
        this.takeOverAfter = takeOverAfter;
        this.steady = steady;
    }

    /**
     * Reads once, if there is a slot and the gate is open.
     *
     * @return whether to read again at once
     * @throws QueueUnavailableException when the queue cannot be read; no slot is lost
     */
    boolean step() throws InterruptedException {
        if (!gate.isOpen()) {
            return false;
        }
        var taken = slots.take(WAIT);
        var used = 0;
        try {
            if (taken > 0) {
                var deliveries = read(taken);
                deliveries.forEach(this::handOver);
                used = deliveries.size();
            }
        } finally {
            slots.giveBack(taken - used);
        }
        return true;
    }

    private List<Delivery> read(int most) throws InterruptedException {
        var now = steady.now();
        if (!now.isBefore(lookForIdleAt)) {
            lookForIdleAt = now.plus(LOOK_FOR_IDLE_EVERY);
            var idle = queue.takeOver(most, takeOverAfter, Set.copyOf(inHands));
            if (!idle.isEmpty()) {
                LOG.info("took over {} idle deliveries", idle.size());
                return idle;
            }
        }
        return queue.take(most, WAIT);
    }

    private void handOver(Delivery delivery) {
        inHands.add(delivery.entryId());
        Thread.ofVirtual()
                .name("attempt-" + delivery.queued().attempt())
                .start(() -> work(delivery));
    }

    private void work(Delivery delivery) {
        var admission = admit(delivery);
        if (admission instanceof Attempts.Admission.Granted(var attempt)) {
            attempts.run(attempt);
        }
    }

    /** From the delivery to its acknowledgement; the slot is free, or the attempt's, afterwards. */
    private Attempts.Admission admit(Delivery delivery) {
        Attempts.Admission admission = new Attempts.Admission.Known(false);
        try {
            var queued = delivery.queued();
            admission = attempts.claim(queued.attempt(), queued.traceparent());
            switch (admission) {
                // why before the run: a pending entry must never live as long as a container.
                case Attempts.Admission.Granted _, Attempts.Admission.Refused _ ->
                        acknowledge(delivery);
                case Attempts.Admission.Known(var claimed) -> {
                    // why not otherwise: it may be the very entry whose claim is still on its way.
                    if (claimed) {
                        acknowledge(delivery);
                    }
                }
            }
        } catch (InterruptedException leaving) {
            LOG.info("delivery of {} is left unclaimed", delivery.queued().attempt());
        } catch (RuntimeException defect) {
            LOG.error("delivery of {} failed", delivery.queued().attempt(), defect);
        } finally {
            inHands.remove(delivery.entryId());
            slots.giveBack(1);
        }
        return admission;
    }

    private void acknowledge(Delivery delivery) {
        try {
            queue.acknowledge(delivery);
        } catch (QueueUnavailableException away) {
            // why no more tries: it comes again as an idle one, and the claim decides again.
            LOG.warn(
                    "delivery of {} is not acknowledged: {}",
                    delivery.queued().attempt(),
                    away.getMessage());
        }
    }
}
