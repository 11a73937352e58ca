package dev.kohakku.dispatcher.report;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the Controller is reached.
 *
 * @param url {@code CONTROLLER_URL}: of one Controller or of a balancer before several
 * @param connectTimeout for a connection
 * @param readTimeout for an answer
 * @param longestPause between two tries while it is away
 */
@ConfigurationProperties(value = "kohakku.controller", ignoreUnknownFields = false)
public record ControllerSettings(
        @DefaultValue("http://localhost:8000") URI url,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("10s") Duration readTimeout,
        @DefaultValue("5s") Duration longestPause) {

    public ControllerSettings {
        var http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!http || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "CONTROLLER_URL '" + url + "' must be an http or https address with a host");
        }
    }
}
