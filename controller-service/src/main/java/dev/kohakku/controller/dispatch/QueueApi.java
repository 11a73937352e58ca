package dev.kohakku.controller.dispatch;

import dev.kohakku.controller.access.Caller;
import io.swagger.v3.oas.annotations.Operation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The queue over HTTP. */
@RestController
@RequestMapping(path = "/api/v1/queue", produces = MediaType.APPLICATION_JSON_VALUE)
class QueueApi {

    private static final Logger LOG = LoggerFactory.getLogger(QueueApi.class);

    private final Outbox outbox;
    private final EnqueuerWakes enqueuer;

    QueueApi(Outbox outbox, EnqueuerWakes enqueuer) {
        this.outbox = outbox;
        this.enqueuer = enqueuer;
    }

    /**
     * What a rebuild has done.
     *
     * @param requeued how many attempts are put on their queue again
     */
    record Rebuilt(int requeued) {}

    @Operation(
            summary = "Puts every queued attempt on its queue again, after Redis has lost them.",
            description = "Repeatable: an entry that is there twice leads to one claim.")
    @PostMapping("/rebuild")
    Rebuilt rebuild(@AuthenticationPrincipal Caller caller) {
        var requeued = outbox.rebuild();
        LOG.warn("{} has had the queue rebuilt: {} attempts", caller.actor(), requeued);
        enqueuer.wake();
        return new Rebuilt(requeued);
    }
}
