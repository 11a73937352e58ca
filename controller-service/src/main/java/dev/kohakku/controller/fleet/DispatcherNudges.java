package dev.kohakku.controller.fleet;

import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.DispatcherCommands;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.controller.access.AccessProperties;
import dev.kohakku.controller.task.CancelRequested;
import java.net.http.HttpClient;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/**
 * Tells dispatchers at once what the answer to their next heartbeat will say. Only speed depends on
 * it: the answers repeat everything until it is done, so every failure is left to them. No method
 * blocks, none fails.
 */
@Component
public class DispatcherNudges {

    private static final Logger LOG = LoggerFactory.getLogger(DispatcherNudges.class);

    private final DispatcherStore store;
    private final RestClient http;

    DispatcherNudges(DispatcherStore store, AccessProperties access, RestClient.Builder clients) {
        this.store = store;
        var requests =
                new JdkClientHttpRequestFactory(
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .connectTimeout(DispatcherCommands.PATIENCE)
                                .build());
        requests.setReadTimeout(DispatcherCommands.PATIENCE);
        this.http =
                clients.requestFactory(requests)
                        .defaultHeader(Problems.API_KEY_HEADER, access.dispatcherApiKey())
                        .build();
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
                        store.urlOf(dispatcherId).ifPresent(url -> command.accept(commandsAt(url)));
                    } catch (RuntimeException failed) {
                        LOG.debug(
                                "to {} waits for the next heartbeat of '{}': {}",
                                what,
                                dispatcherId,
                                failed.toString());
                    }
                });
    }

    private DispatcherCommands commandsAt(String url) {
        return HttpServiceProxyFactory.builderFor(
                        RestClientAdapter.create(http.mutate().baseUrl(url).build()))
                .build()
                .createClient(DispatcherCommands.class);
    }
}
