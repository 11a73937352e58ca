package dev.kohakku.controller.dispatch;

import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.task.AttemptOver;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Wakes this process's Enqueuer as slots become free, while something waits for them: queues are
 * kept short, and dispatchers must not run dry between two looks.
 */
@Component
class EnqueuerRefills {

    private final Enqueuer enqueuer;
    private final WorkerLoop loop;

    EnqueuerRefills(Enqueuer enqueuer, @Qualifier("enqueuerLoop") WorkerLoop loop) {
        this.enqueuer = enqueuer;
        this.loop = loop;
    }

    @EventListener(AttemptOver.class)
    void refill() {
        if (enqueuer.isHeldUp()) {
            loop.loop().wake();
        }
    }
}
