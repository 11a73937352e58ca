package dev.kohakku.controller.dispatch;

import dev.kohakku.controller.fleet.DispatcherCheckedIn;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.task.TaskAccepted;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Wakes this process's Enqueuer, where it runs, instead of letting a task wait for its interval.
 */
@Component
class EnqueuerWakes {

    private final WorkerLoop enqueuer;

    EnqueuerWakes(@Qualifier("enqueuerLoop") WorkerLoop enqueuer) {
        this.enqueuer = enqueuer;
    }

    @EventListener({TaskAccepted.class, DispatcherCheckedIn.class})
    void wake() {
        enqueuer.loop().wake();
    }
}
