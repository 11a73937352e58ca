package dev.kohakku.controller.fleet;

import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.DispatcherCommands;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.controller.access.AccessProperties;
import dev.kohakku.controller.task.CancelRequested;
import java.net.http.HttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/**
 * Tells the owner of an attempt at once that it is to be cancelled. Only speed depends on it: the
 * heartbeat's answer says the same until it is done, so every failure is left to that.
 */
@Component
class CancelCommands {

    private static final Logger LOG = LoggerFactory.getLogger(CancelCommands.class);

    private final DispatcherStore store;
    private final RestClient http;

    CancelCommands(DispatcherStore store, AccessProperties access, RestClient.Builder clients) {
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

    @EventListener
    void cancelRequested(CancelRequested cancel) {
        Thread.ofVirtual().name("cancel-" + cancel.attempt()).start(() -> tell(cancel));
    }

    private void tell(CancelRequested cancel) {
        try {
            var url = store.urlOf(cancel.dispatcherId());
            if (url.isPresent()) {
                commandsAt(url.get())
                        .cancel(
                                cancel.attempt().task().toString(),
                                AttemptRef.of(cancel.attempt(), cancel.epoch()));
            }
        } catch (RuntimeException failed) {
            LOG.debug(
                    "attempt {}: the cancel waits for the next heartbeat of '{}': {}",
                    cancel.attempt(),
                    cancel.dispatcherId(),
                    failed.toString());
        }
    }

    private DispatcherCommands commandsAt(String url) {
        return HttpServiceProxyFactory.builderFor(
                        RestClientAdapter.create(http.mutate().baseUrl(url).build()))
                .build()
                .createClient(DispatcherCommands.class);
    }
}
