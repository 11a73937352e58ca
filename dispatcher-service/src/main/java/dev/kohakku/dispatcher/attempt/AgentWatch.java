package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.queue.redis.RedisUnavailableException;
import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.dispatcher.agent.AgentRecord;
import dev.kohakku.dispatcher.agent.AgentRecords;
import dev.kohakku.dispatcher.agent.CheckBack;
import dev.kohakku.dispatcher.report.Pauses;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what an attempt's agent says from its record to the reports, on a thread of its own until
 * closed. The record is looked at when the agent calls this process, and every second for its calls
 * at others.
 */
final class AgentWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AgentWatch.class);
    private static final Pauses PAUSES = new Pauses(Duration.ofMillis(200), Duration.ofSeconds(2));

    /** How often a batch workload's end waits for a Redis that is away. */
    private static final int TRIES_WITHOUT_NEED = 2;

    /** How often a record is written to that nobody calls for, so that it does not expire. */
    private static final Duration REFRESH_EVERY = Duration.ofMinutes(1);

    private final RunningAttempt attempt;
    private final AgentRecords records;
    private final Duration lookEvery;
    private final Thread thread;
    private AgentRecord told = AgentRecord.SILENT;
    private Instant refreshAt = Instant.MIN;

    AgentWatch(RunningAttempt attempt, AgentRecords records, Duration lookEvery) {
        this.attempt = attempt;
        this.records = records;
        this.lookEvery = lookEvery;
        this.thread = Thread.ofVirtual().name("agent-" + attempt.id()).unstarted(this::watch);
    }

    /** Lets the agent call, and begins to listen. A Redis that is away holds nothing up. */
    AgentWatch start() {
        try {
            open();
        } catch (RedisUnavailableException away) {
            LOG.warn("attempt {}: its agent cannot call yet: {}", attempt.id(), away.getMessage());
        }
        thread.start();
        return this;
    }

    private void open() {
        records.open(attempt.id(), attempt.hold().claimed().brief());
    }

    private void watch() {
        try {
            for (var seen = 0L; ; seen = attempt.awaitAgentCall(seen, lookEvery.toMillis())) {
                look();
            }
        } catch (InterruptedException closed) {
            LOG.debug("agent of attempt {} left", attempt.id());
        }
    }

    private void look() {
        try {
            var record = records.read(attempt.id());
            var now = attempt.times().steady().now();
            if (record.isEmpty() || !now.isBefore(refreshAt)) {
                open();
                refreshAt = now.plus(REFRESH_EVERY);
            }
            record.ifPresent(this::tell);
            mend(record.orElse(AgentRecord.SILENT));
        } catch (RedisUnavailableException away) {
            LOG.debug("attempt {}: its agent is not heard: {}", attempt.id(), away.getMessage());
        } catch (RuntimeException defect) {
            LOG.error("attempt {}: its agent's record cannot be read", attempt.id(), defect);
        }
    }

    private synchronized void tell(AgentRecord record) {
        var reporter = attempt.hold().reporter();
        var checkedInAt = record.checkedInAt();
        if (checkedInAt != null && told.checkedInAt() == null) {
            reporter.add(new AttemptEvent.CheckedIn(checkedInAt));
        }
        var progress = record.progress();
        if (progress != null && !Objects.equals(progress, told.progress())) {
            reporter.add(
                    new AttemptEvent.Progress(
                            progress.at(),
                            progress.percent(),
                            progress.message(),
                            progress.detail()));
        }
        if (record.checkBack() != null) {
            attempt.checkedBack();
        }
        // why what was told stays: a Redis that was emptied takes nothing back.
        told =
                new AgentRecord(
                        told.checkedInAt() == null ? checkedInAt : told.checkedInAt(),
                        progress == null ? told.progress() : progress,
                        told.checkBack() == null ? record.checkBack() : told.checkBack());
    }

    /** Writes back what was told and Redis has lost: agents and other replicas go by the record. */
    private synchronized void mend(AgentRecord kept) {
        var checkedInAt = told.checkedInAt();
        if (checkedInAt != null && kept.checkedInAt() == null) {
            records.checkIn(attempt.id(), checkedInAt);
        }
        var progress = told.progress();
        if (progress != null && kept.progress() == null) {
            records.progress(attempt.id(), progress);
        }
        var checkBack = told.checkBack();
        if (checkBack != null && kept.checkBack() == null) {
            records.checkBack(attempt.id(), checkBack);
        }
    }

    private synchronized Optional<CheckBack> toldCheckBack() {
        return Optional.ofNullable(told.checkBack());
    }

    /**
     * Reads the record a last time and takes no check-back from now on. Where the check-back
     * decides it waits for a Redis that is away, however long.
     *
     * @param isAsked whether the end depends on what the agent said: a cancel's does not
     */
    Optional<CheckBack> lastWord(boolean isAsked) throws InterruptedException {
        var mode = attempt.hold().claimed().spec().completion();
        var decides = isAsked && mode == CompletionMode.AGENT;
        return new Interruptible(attempt).finish(() -> read(decides));
    }

    private Optional<CheckBack> read(boolean decides) throws InterruptedException {
        for (var failures = 1; ; failures++) {
            try {
                records.read(attempt.id()).ifPresent(this::tell);
                var sealed = records.seal(attempt.id());
                // why what was told goes first: Redis may have lost it since.
                return toldCheckBack().or(() -> sealed);
            } catch (RedisUnavailableException away) {
                LOG.warn(
                        "attempt {}: its agent's last word cannot be read: {}",
                        attempt.id(),
                        away.getMessage());
                if (!decides && failures >= TRIES_WITHOUT_NEED) {
                    return toldCheckBack();
                }
                Thread.sleep(PAUSES.after(failures));
            }
        }
    }

    /** Refuses the agent from now on: the attempt is over. */
    void over() {
        try {
            records.close(attempt.id());
        } catch (RedisUnavailableException away) {
            LOG.debug("agent record of {} not closed: {}", attempt.id(), away.getMessage());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
