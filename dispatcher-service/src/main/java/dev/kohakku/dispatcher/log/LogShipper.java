package dev.kohakku.dispatcher.log;

import dev.kohakku.common.log.LiveLog;
import dev.kohakku.common.log.LiveLogUnavailableException;
import dev.kohakku.common.log.LogArchive;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ships the logs of attempts. Thread-safe. */
public final class LogShipper {

    private static final Logger LOG = LoggerFactory.getLogger(LogShipper.class);

    private final LogArchive archive;
    private final LiveLog live;
    private final LogSettings settings;

    /** Ships nothing yet. */
    public LogShipper(LogArchive archive, LiveLog live, LogSettings settings) {
        this.archive = archive;
        this.live = live;
        this.settings = settings;
    }

    /** Starts to ship an attempt's log, from where the archive ends. Returns at once. */
    public LogShipment open(AttemptId attempt, Epoch epoch, LogSource source) {
        return new LogShipment(attempt, source, archive, new Live(attempt, epoch), settings)
                .start();
    }

    /** The live log of one attempt; its failures never hold anything up. */
    final class Live {

        private final AttemptId attempt;
        private final Epoch epoch;

        private Live(AttemptId attempt, Epoch epoch) {
            this.attempt = attempt;
            this.epoch = epoch;
        }

        LiveSender sender(ChunkBuffer buffer) {
            return new LiveSender(attempt, epoch, live, buffer, settings.liveEvery());
        }

        void trim(LogPosition archived) {
            quietly("trimmed", () -> live.trim(attempt, archived));
        }

        void expire() {
            quietly("expired", () -> live.expire(attempt));
        }

        private void quietly(String done, Runnable call) {
            try {
                call.run();
            } catch (LiveLogUnavailableException away) {
                // why nothing more: the live log has an end of its own.
                LOG.debug("live log of attempt {} not {}: {}", attempt, done, away.getMessage());
            }
        }
    }
}
