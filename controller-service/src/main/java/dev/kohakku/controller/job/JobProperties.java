package dev.kohakku.controller.job;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The pace of background jobs.
 *
 * @param pollEvery how often a worker looks for jobs that are due
 * @param heartbeatEvery how often it says that it still does a job; one that has not for {@link
 *     #MISSED_HEARTBEATS} times as long has lost it
 */
@ConfigurationProperties(prefix = "kohakku.jobs", ignoreUnknownFields = false)
record JobProperties(
        @DefaultValue("10s") Duration pollEvery, @DefaultValue("10s") Duration heartbeatEvery) {

    static final int MISSED_HEARTBEATS = 4;

    JobProperties {
        if (!pollEvery.isPositive() || !heartbeatEvery.isPositive()) {
            throw new IllegalArgumentException(
                    "kohakku.jobs.poll-every ("
                            + pollEvery
                            + ") and kohakku.jobs.heartbeat-every ("
                            + heartbeatEvery
                            + ") must be longer than zero");
        }
    }
}
