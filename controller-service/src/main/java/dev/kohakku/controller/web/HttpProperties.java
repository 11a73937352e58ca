package dev.kohakku.controller.web;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How requests are served.
 *
 * @param drain how long a process that is told to stop goes on serving while it says that it is not
 *     ready, so that a balancer takes it out before its connections end: longer than the balancer
 *     takes to notice
 * @param requestTimeout how long a request may be handled; readers of logs are exempt
 * @param headerTimeout how long the headers of a request may take from their first byte
 * @param bodyTimeout how long the body of a request may take, beside the time that its bytes have
 * @param bodyRate how many bytes of a body add a second to that time
 * @param places how many requests are handled at once
 */
@ConfigurationProperties(prefix = "kohakku.http", ignoreUnknownFields = false)
record HttpProperties(
        @DefaultValue("0s") Duration drain,
        @DefaultValue("120s") Duration requestTimeout,
        @DefaultValue("10s") Duration headerTimeout,
        @DefaultValue("30s") Duration bodyTimeout,
        @DefaultValue("256KB") DataSize bodyRate,
        @NestedConfigurationProperty @DefaultValue PlacesProperties places) {

    private static final Duration LONGEST = Duration.ofHours(1);

    HttpProperties {
        if (drain.isNegative() || drain.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new IllegalArgumentException(
                    "kohakku.http.drain (" + drain + ") must be between 0s and 5m");
        }
        positive("request-timeout", requestTimeout);
        positive("header-timeout", headerTimeout);
        positive("body-timeout", bodyTimeout);
        if (bodyTimeout.compareTo(requestTimeout) > 0) {
            throw new IllegalArgumentException(
                    "kohakku.http.body-timeout ("
                            + bodyTimeout
                            + ") must not be longer than kohakku.http.request-timeout ("
                            + requestTimeout
                            + ")");
        }
        if (bodyRate.toBytes() < 1) {
            throw new IllegalArgumentException(
                    "kohakku.http.body-rate (" + bodyRate + ") must be at least 1B");
        }
    }

    private static void positive(String key, Duration value) {
        if (!value.isPositive() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "kohakku.http." + key + " (" + value + ") must be longer than 0s, at most 1h");
        }
    }

    /** How long a body of which so many bytes are there may have taken. */
    Duration bodyTime(long bytes) {
        return bodyTimeout.plusMillis(bytes * 1_000 / bodyRate.toBytes());
    }
}
