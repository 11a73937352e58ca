package dev.kohakku.dispatcher.log;

import dev.kohakku.common.log.LiveLog;
import dev.kohakku.common.log.LiveLogUnavailableException;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Feeds one attempt's live log from its buffer until nothing more comes. */
final class LiveSender {

    private static final Logger LOG = LoggerFactory.getLogger(LiveSender.class);
    private static final int BATCH = 500;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final AttemptId attempt;
    private final Epoch epoch;
    private final LiveLog live;
    private final ChunkBuffer buffer;
    private final Duration every;

    LiveSender(AttemptId attempt, Epoch epoch, LiveLog live, ChunkBuffer buffer, Duration every) {
        this.attempt = attempt;
        this.epoch = epoch;
        this.live = live;
        this.buffer = buffer;
        this.every = every;
    }

    void run() {
        try {
            var away = false;
            for (var batch = buffer.awaitUnsent(BATCH);
                    !batch.isEmpty();
                    batch = buffer.awaitUnsent(BATCH)) {
                try {
                    if (!live.append(attempt, epoch, batch)) {
                        LOG.info("attempt {}: the live log belongs to a later owner", attempt);
                        return;
                    }
                    buffer.sent(batch);
                    away = false;
                    buffer.linger(every, BATCH);
                } catch (LiveLogUnavailableException unavailable) {
                    if (!away) {
                        LOG.warn(
                                "attempt {}: live log lags: {}", attempt, unavailable.getMessage());
                    }
                    away = true;
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException closed) {
            LOG.debug("live log of attempt {} left", attempt);
        }
    }
}
