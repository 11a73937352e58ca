package dev.kohakku.controller.dispatch;

import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.Topic;
import dev.kohakku.controller.role.Wakes;
import dev.kohakku.controller.task.AttemptOver;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Wakes the Enqueuer as slots become free, while something waits for them: queues are kept short,
 * and dispatchers must not run dry between two looks.
 */
@Component
class EnqueuerRefills {

    private final Enqueuer enqueuer;
    private final Roles roles;
    private final Wakes wakes;

    EnqueuerRefills(Enqueuer enqueuer, Roles roles, Wakes wakes) {
        this.enqueuer = enqueuer;
        this.roles = roles;
        this.wakes = wakes;
    }

    /** Whether anything waits is known where the Enqueuer runs; elsewhere it is told in any case. */
    @EventListener(AttemptOver.class)
    void refill() {
        if (enqueuer.isHeldUp() || !roles.works(Roles.Queue.DISPATCH)) {
            wakes.wake(Topic.DISPATCH);
        }
    }
}
