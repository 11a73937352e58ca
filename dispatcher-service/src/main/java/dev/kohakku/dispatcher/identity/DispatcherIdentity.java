package dev.kohakku.dispatcher.identity;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.UUID;

/**
 * This process among the dispatchers.
 *
 * @param id the same after a restart
 * @param instance of this process only
 * @param url without a trailing slash
 */
public record DispatcherIdentity(String id, String instance, URI url) {

    /**
     * A new instance. Without a configured id it is {@code <host name>-<port>}: the same after a
     * restart on the same machine, and different for two dispatchers beside each other. Where host
     * names change with each start, {@code DISPATCHER_ID} must be set.
     */
    static DispatcherIdentity of(DispatcherSettings settings, int port) {
        var url = Objects.requireNonNullElse(settings.url(), "http://localhost:" + port);
        return new DispatcherIdentity(
                settings.id() == null ? hostName() + "-" + port : settings.id(),
                UUID.randomUUID().toString(),
                URI.create(url.replaceFirst("/+$", "")));
    }

    /** The machine's name, fit for an id. */
    public static String hostName() {
        var name = localHostName();
        var cleaned = name.replaceAll("[^A-Za-z0-9._-]", "-");
        return cleaned.substring(0, Math.min(cleaned.length(), 90));
    }

    private static String localHostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "dispatcher";
        }
    }
}
