package dev.kohakku.controller.rescue;

import dev.kohakku.controller.fleet.HandOverWanted;
import dev.kohakku.controller.role.Topic;
import dev.kohakku.controller.role.Wakes;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Wakes the hand-over, wherever it runs, instead of letting a drain wait for it. */
@Component
class HandOverWakes {

    private final Wakes wakes;

    HandOverWakes(Wakes wakes) {
        this.wakes = wakes;
    }

    @EventListener(HandOverWanted.class)
    void wake() {
        wakes.wake(Topic.HAND_OVER);
    }
}
