package dev.kohakku.controller.fleet;

import dev.kohakku.common.wire.DispatcherCommands;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.controller.access.AccessProperties;
import java.net.http.HttpClient;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/**
 * Calls dispatchers, with the key they know. No call waits longer than {@link
 * DispatcherCommands#PATIENCE} for a connection, nor for the answer. Thread-safe.
 */
@Component
public class DispatcherCalls {

    private final RestClient http;

    DispatcherCalls(AccessProperties access, RestClient.Builder clients) {
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

    /** The dispatcher at an address. Contacts nobody. */
    public DispatcherCommands at(String url) {
        return HttpServiceProxyFactory.builderFor(
                        RestClientAdapter.create(http.mutate().baseUrl(url).build()))
                .build()
                .createClient(DispatcherCommands.class);
    }
}
