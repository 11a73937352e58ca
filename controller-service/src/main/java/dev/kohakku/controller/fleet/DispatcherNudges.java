package dev.kohakku.controller.fleet;

import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.DispatcherCommands;
import dev.kohakku.controller.task.CancelRequested;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Tells dispatchers at once what the answer to their next heartbeat will say. Only speed depends on
 * it: the answers repeat everything until it is done, so every failure is left to them. No method
 * blocks, none fails.
 */
@Component
public class DispatcherNudges {

    private static final Logger LOG = LoggerFactory.getLogger(DispatcherNudges.class);

    private final DispatcherStore store;
    private final DispatcherCalls calls;

    DispatcherNudges(DispatcherStore store, DispatcherCalls calls) {
        this.store = store;
        this.calls = calls;
    }

    /** Has a dispatcher send a heartbeat, because the answer has something new for it. */
    public void heartbeat(String dispatcherId) {
        tell(dispatcherId, "send a heartbeat", DispatcherCommands::heartbeat);
    }

    @EventListener
    void cancelRequested(CancelRequested cancel) {
        tell(
                cancel.dispatcherId(),
                "cancel attempt " + cancel.attempt(),
                dispatcher ->
                        dispatcher.cancel(
                                cancel.attempt().task().toString(),
                                AttemptRef.of(cancel.attempt(), cancel.epoch())));
    }

    private void tell(String dispatcherId, String what, Consumer<DispatcherCommands> command) {
        Thread.ofVirtual()
                .name("nudge-" + dispatcherId)
                .start(() -> {
                    try {
                        store.urlOf(dispatcherId).ifPresent(url -> command.accept(calls.at(url)));
                    } catch (RuntimeException failed) {
                        LOG.debug(
                                "to {} waits for the next heartbeat of '{}': {}",
                                what,
                                dispatcherId,
                                failed.toString());
                    }
                });
    }
}
