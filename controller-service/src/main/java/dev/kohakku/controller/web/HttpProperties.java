package dev.kohakku.controller.web;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How requests are served.
 *
 * @param drain how long a process that is told to stop goes on serving while it says that it is not
 *     ready, so that a balancer takes it out before its connections end: longer than the balancer
 *     takes to notice
 */
@ConfigurationProperties(prefix = "kohakku.http", ignoreUnknownFields = false)
record HttpProperties(@DefaultValue("0s") Duration drain) {

    HttpProperties {
        if (drain.isNegative() || drain.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new IllegalArgumentException(
                    "kohakku.http.drain (" + drain + ") must be between 0s and 5m");
        }
    }
}
