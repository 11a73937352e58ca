package dev.kohakku.controller.rescue;

import dev.kohakku.controller.fleet.HandOverWanted;
import dev.kohakku.controller.role.WorkerLoop;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Wakes this process's hand-over, where it runs, instead of letting a drain wait for it. */
@Component
class HandOverWakes {

    private final WorkerLoop handOver;

    HandOverWakes(@Qualifier("handOverLoop") WorkerLoop handOver) {
        this.handOver = handOver;
    }

    @EventListener(HandOverWanted.class)
    void wake() {
        handOver.loop().wake();
    }
}
