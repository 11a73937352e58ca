package dev.kohakku.dispatcher.log;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How logs are shipped.
 *
 * @param liveEvery the pause between two batches of the live log
 * @param chunkLines the most lines of an archived chunk
 * @param chunkSize about the most text of an archived chunk
 * @param readLimit how long after a container's end reading may go on without a line coming, before
 *     the rest of the output is given up
 * @param storeLimit how long after a container's end the object store may take for a chunk before
 *     the attempt ends without the rest of its log
 */
@ConfigurationProperties(value = "kohakku.log", ignoreUnknownFields = false)
public record LogSettings(
        @DefaultValue("100ms") Duration liveEvery,
        @DefaultValue("10000") int chunkLines,
        @DefaultValue("4MB") DataSize chunkSize,
        @DefaultValue("30s") Duration readLimit,
        @DefaultValue("5m") Duration storeLimit) {

    public LogSettings {
        if (chunkLines < 1 || chunkSize.toBytes() < 1) {
            throw new IllegalArgumentException(
                    "kohakku.log.chunk-lines and kohakku.log.chunk-size must be positive");
        }
        if (!liveEvery.isPositive() || !readLimit.isPositive() || !storeLimit.isPositive()) {
            throw new IllegalArgumentException(
                    "kohakku.log.live-every, kohakku.log.read-limit and kohakku.log.store-limit must be positive");
        }
    }
}
