package dev.kohakku.controller.dispatch;

import dev.kohakku.controller.fleet.DispatcherCheckedIn;
import dev.kohakku.controller.role.Topic;
import dev.kohakku.controller.role.Wakes;
import dev.kohakku.controller.task.TaskAccepted;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Wakes the Enqueuer, wherever it runs, instead of letting a task wait for its interval. */
@Component
class EnqueuerWakes {

    private final Wakes wakes;

    EnqueuerWakes(Wakes wakes) {
        this.wakes = wakes;
    }

    @EventListener({TaskAccepted.class, DispatcherCheckedIn.class})
    void wake() {
        wakes.wake(Topic.DISPATCH);
    }
}
