package dev.kohakku.controller.fleet;

import dev.kohakku.common.wire.Problems;
import dev.kohakku.controller.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * What operators want of dispatchers. It is kept by the id, whatever process has it, until somebody
 * takes it back. Every method is safe to repeat and answers the dispatcher as it is then.
 */
@Component
class Cordons {

    private static final Logger LOG = LoggerFactory.getLogger(Cordons.class);

    private final DispatcherStore store;
    private final DispatcherNudges nudges;
    private final ApplicationEventPublisher events;

    Cordons(DispatcherStore store, DispatcherNudges nudges, ApplicationEventPublisher events) {
        this.store = store;
        this.nudges = nudges;
        this.events = events;
    }

    /** It is to take no new attempt; what it works on goes on. Of one that drains: no change. */
    DispatcherView cordon(String id, String actor) {
        return changed(id, store.cordon(id, actor), "cordoned by " + actor);
    }

    /** The same, and its running attempts are to be handed to others in their scopes. */
    DispatcherView drain(String id, String actor) {
        var view = changed(id, store.drain(id, actor), "is to be drained, says " + actor);
        events.publishEvent(new HandOverWanted(id));
        return view;
    }

    /** It may take new attempts again; a drain ends. */
    DispatcherView uncordon(String id, String actor) {
        return changed(id, store.uncordon(id), "uncordoned by " + actor);
    }

    private DispatcherView changed(String id, boolean known, String what) {
        if (known) {
            LOG.info("dispatcher '{}' {}", id, what);
            nudges.heartbeat(id);
        }
        return store.viewOf(id).orElseThrow(() -> unknown(id));
    }

    private static RuntimeException unknown(String id) {
        return Problem.of(
                        Problems.DISPATCHER_UNKNOWN,
                        HttpStatus.NOT_FOUND,
                        "Dispatcher unknown",
                        "No dispatcher has ever checked in as '" + id + "'.")
                .exception();
    }
}
