package dev.kohakku.controller.dispatch;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How tasks get on their queues.
 *
 * @param consumerGroup {@code QUEUE_CONSUMER_GROUP}: the consumer group of the streams
 * @param interval between rounds of the Enqueuer that nothing wakes
 * @param batch most tasks of one round
 * @param takenFor how long a round has for its batch before another may take it; longer than the
 *     slowest answers of the object store and Redis
 * @param streamDepth most entries on one queue, however many slots there are behind it; what its
 *     dispatchers can begin, and one round more, is usually less. The backlog beyond waits in
 *     Postgres, where priorities count
 * @param storesAtOnce most briefs written to the object store at once
 */
@Validated
@ConfigurationProperties(prefix = "kohakku.dispatch", ignoreUnknownFields = false)
public record DispatchProperties(
        @DefaultValue("dispatchers") @NotBlank String consumerGroup,
        @DefaultValue("200ms") Duration interval,
        @DefaultValue("100") @Min(1) @Max(1000) int batch,
        @DefaultValue("15s") Duration takenFor,
        @DefaultValue("1000") @Min(1) int streamDepth,
        @DefaultValue("8") @Min(1) @Max(64) int storesAtOnce) {

    public DispatchProperties {
        if (!interval.isPositive() || takenFor.compareTo(interval) <= 0) {
            throw new IllegalArgumentException(
                    "kohakku.dispatch.taken-for ("
                            + takenFor
                            + ") must be longer than kohakku.dispatch.interval ("
                            + interval
                            + "), which must be longer than zero");
        }
    }
}
