package dev.kohakku.controller.fleet;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks {@code GET <url>/health}. An answer that names its {@code instance} decides. One that does
 * not counts as the holder's while its lease lasts, unless the newcomer has the same address: two
 * processes do not listen on one port, so it is the newcomer who answers. After the lease it counts
 * as somebody else's: addresses are used again.
 */
@Component
class HttpProbe implements DispatcherProbe {

    private static final Logger LOG = LoggerFactory.getLogger(HttpProbe.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final JsonMapper json;

    HttpProbe(JsonMapper json) {
        this.json = json;
    }

    @Override
    public boolean isAlive(DispatcherStore.Holder holder, String newcomerUrl) {
        var url = holder.url();
        try {
            var request =
                    HttpRequest.newBuilder(URI.create(url + "/health")).timeout(PATIENCE).build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            var named = instanceIn(answer.body());
            return named.isEmpty()
                    ? holder.live() && !url.equals(newcomerUrl)
                    : named.equals(holder.instance());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ConnectException refused) {
            LOG.debug("nobody listens at {}: {}", url, refused.toString());
            return false;
        } catch (Exception silent) {
            LOG.debug(
                    "{} does not answer for instance {}: {}",
                    url,
                    holder.instance(),
                    silent.toString());
            // why not dead: a process that is paused says nothing either, and its lease protects
            // it.
            return holder.live();
        }
    }

    /**
     * What is said at an address where a process is to answer. Blocks for about two seconds at
     * most.
     */
    AddressStore.Answer ask(String url, String instance) {
        try {
            var address = URI.create(url + "/health");
            var request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return instanceIn(answer.body()).equals(instance)
                    ? AddressStore.Answer.ITSELF
                    : AddressStore.Answer.NONE;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return AddressStore.Answer.NONE;
        } catch (ConnectException failed) {
            return refuses(URI.create(url))
                    ? AddressStore.Answer.REFUSED
                    : AddressStore.Answer.NONE;
        } catch (Exception silent) {
            return AddressStore.Answer.NONE;
        }
    }

    /**
     * Whether the machine itself says that nobody listens. The client's exception is the same for a
     * name that is unknown and a network that is away, so a plain socket asks.
     */
    private static boolean refuses(URI url) {
        var port = url.getPort() > 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(url.getHost(), port),
                    Math.toIntExact(PATIENCE.toMillis()));
            return false;
        } catch (ConnectException refused) {
            return String.valueOf(refused.getMessage()).contains("refused");
        } catch (IOException | RuntimeException elsewhere) {
            return false;
        }
    }

    private String instanceIn(String body) {
        try {
            return json.readTree(body).path("instance").asString("");
        } catch (JacksonException noJson) {
            return "";
        }
    }
}
