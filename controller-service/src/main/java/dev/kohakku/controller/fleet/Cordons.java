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
 * takes it back or the dispatcher is removed. Every method is safe to repeat.
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

    /**
     * Forgets a dispatcher that is gone, with what was wanted of it. Should its process come back,
     * it checks in as a new one.
     *
     * @throws dev.kohakku.controller.web.ProblemException 404 when it is not known, as after the
     *     first time; 409 while its lease is live or it owns attempts
     */
    void remove(String id, String actor) {
        if (store.removeIfGone(id)) {
            LOG.info("dispatcher '{}' removed by {}", id, actor);
            return;
        }
        // why read after the refusal: the condition holds in the delete itself, and this only says
        // which part of it was not met.
        var view = store.viewOf(id).orElseThrow(() -> unknown(id));
        throw view.leaseState() != DispatcherView.LeaseState.LIVE && view.running() > 0
                ? refusal(
                        "dispatcher-owns-attempts",
                        "Dispatcher owns attempts",
                        "Dispatcher '%s' is gone but owns %d attempts: they go to another dispatcher or end by themselves; then remove it."
                                .formatted(id, view.running()))
                : refusal(
                        "dispatcher-live",
                        "Dispatcher live",
                        "Dispatcher '%s' at %s has a lease until %s: stop it, and wait until then."
                                .formatted(id, view.url(), view.leaseExpiresAt()));
    }

    private static RuntimeException refusal(String type, String title, String detail) {
        return Problem.of(Problems.type(type), HttpStatus.CONFLICT, title, detail).exception();
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
                        "No dispatcher is known as '" + id + "'.")
                .exception();
    }
}
