package dev.kohakku.dispatcher.identity;

import dev.kohakku.common.task.RuntimeTarget;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Names and keys of this dispatcher.
 *
 * @param id {@code DISPATCHER_ID}: survives restarts; blank for {@code <host name>-<port>}
 * @param url {@code DISPATCHER_URL}: where the Controller and subprocesses reach this process;
 *     blank for {@code http://localhost:<port>}
 * @param agentUrl {@code DISPATCHER_AGENT_URL}: where containers reach a dispatcher, such as a
 *     balancer before all of this installation; blank for {@code DISPATCHER_URL}
 * @param apiKey {@code DISPATCHER_API_KEY}: between Controller and dispatchers, in both directions
 * @param pool {@code DISPATCHER_POOL}: whose tasks this dispatcher takes
 * @param labels {@code DISPATCHER_LABELS}, by which tasks choose it: {@code name=value,…}
 * @param signingKey {@code CALLBACK_SIGNING_KEY}: signs terminal reports, agent keys and brief
 *     links; the same on every dispatcher and the Controller
 */
@ConfigurationProperties(value = "kohakku.dispatcher", ignoreUnknownFields = false)
public record DispatcherSettings(
        @Nullable String id,
        @Nullable String url,
        @Nullable String agentUrl,
        @DefaultValue(RuntimeTarget.DEFAULT_POOL) String pool,
        @DefaultValue("") String labels,
        @DefaultValue("insecure-dispatcher-key") String apiKey,
        @DefaultValue("insecure-signing-key") String signingKey) {

    private static final Pattern LABEL =
            Pattern.compile("([A-Za-z0-9._/-]{1,100})=([A-Za-z0-9._/-]{0,100})");

    public DispatcherSettings {
        id = id == null || id.isBlank() ? null : id.strip();
        url = url == null || url.isBlank() ? null : url.strip();
        agentUrl = agentUrl == null || agentUrl.isBlank() ? null : agentUrl.strip();
        if (id != null && !id.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "DISPATCHER_ID '" + id + "' must be 1 to 100 letters, digits, '.', '_' or '-'");
        }
        checkAddress("DISPATCHER_URL", url);
        checkAddress("DISPATCHER_AGENT_URL", agentUrl);
        if (!pool.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "DISPATCHER_POOL '"
                            + pool
                            + "' must be 1 to 100 letters, digits, '.', '_' or '-'");
        }
        parse(labels);
        if (apiKey.isBlank() || signingKey.isBlank()) {
            throw new IllegalArgumentException(
                    "DISPATCHER_API_KEY and CALLBACK_SIGNING_KEY must not be blank");
        }
    }

    /** Where containers find a dispatcher, without a trailing slash. */
    public URI agentUrl(DispatcherIdentity identity) {
        return agentUrl == null ? identity.url() : URI.create(agentUrl.replaceFirst("/+$", ""));
    }

    /** The labels by name. */
    public Map<String, String> labelsByName() {
        return parse(labels);
    }

    private static Map<String, String> parse(String labels) {
        var parsed = new LinkedHashMap<String, String>();
        if (labels.isBlank()) {
            return parsed;
        }
        for (var label : labels.split(",", -1)) {
            var parts = LABEL.matcher(label.strip());
            if (!parts.matches() || parsed.put(parts.group(1), parts.group(2)) != null) {
                throw new IllegalArgumentException(
                        "DISPATCHER_LABELS '"
                                + labels
                                + "' must be name=value, separated by commas, each name once");
            }
        }
        return parsed;
    }

    private static void checkAddress(String key, @Nullable String address) {
        if (address != null && !isHttp(address)) {
            throw new IllegalArgumentException(
                    key + " '" + address + "' must be an http or https address with a host");
        }
    }

    private static boolean isHttp(String url) {
        try {
            var uri = URI.create(url);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** Leaves out the keys. */
    @Override
    public String toString() {
        return "DispatcherSettings[id=" + id + ", url=" + url + ", pool=" + pool + "]";
    }
}
