package dev.kohakku.controller.rescue;

import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.controller.fleet.DispatcherNudges;
import dev.kohakku.controller.task.TaskHistory;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Hands attempts whose owner is silent, has left or is to be drained to another dispatcher that can
 * watch the very container. The container is not touched: its new owner finds it by the attempt's
 * identity. Rounds of one process never overlap; those of several may.
 */
@Component
class AttemptHandOver {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptHandOver.class);
    private static final String ACTOR = "hand-over";
    private static final int MOST = 100;

    private final OwnerStore store;
    private final TaskHistory history;
    private final DispatcherNudges nudges;
    private final TransactionTemplate transaction;
    private final PassedOver passedOver;
    private final Map<OwnerStore.Cause, Counter> counted = new EnumMap<>(OwnerStore.Cause.class);

    AttemptHandOver(
            OwnerStore store,
            TaskHistory history,
            DispatcherNudges nudges,
            TransactionTemplate transaction,
            Clock clock,
            MeterRegistry meters) {
        this.store = store;
        this.history = history;
        this.nudges = nudges;
        this.transaction = transaction;
        this.passedOver = new PassedOver(clock);
        // why all from the start: what first appears as 1 has not increased.
        for (var cause : OwnerStore.Cause.values()) {
            var name = cause.name().toLowerCase(Locale.ROOT);
            counted.put(cause, meters.counter(Metrics.HAND_OVERS, Metrics.CAUSE, name));
        }
    }

    /** Hands up to a hundred attempts over; whether there may be more. */
    boolean round() {
        var told = new LinkedHashSet<String>();
        try {
            for (var i = 0; i < MOST; i++) {
                if (!Boolean.TRUE.equals(transaction.execute(status -> handOne(status, told)))) {
                    return false;
                }
            }
            return true;
        } finally {
            // why after the commits: a heartbeat before them would be answered as before.
            told.forEach(nudges::heartbeat);
        }
    }

    private boolean handOne(TransactionStatus status, Set<String> told) {
        var found = store.lockOrphan(passedOver);
        if (found.isEmpty()) {
            return false;
        }
        var orphan = found.get();
        try {
            handOver(orphan);
            told.add(orphan.adopter());
            if (orphan.owner() != null && orphan.cause() == OwnerStore.Cause.DRAINING) {
                // why: it is alive, and to be told that it watches for nobody any more.
                told.add(orphan.owner());
            }
        } catch (RuntimeException failed) {
            status.setRollbackOnly();
            passedOver.add(orphan.attempt().task());
            LOG.error("attempt {} cannot be handed over", orphan.attempt(), failed);
        }
        return true;
    }

    private void handOver(OwnerStore.Orphan orphan) {
        var epoch =
                store.handOverIfOwnedUnder(orphan.attempt(), orphan.epoch(), orphan.adopter())
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        orphan.attempt() + " has moved under our lock"));
        var words = words(orphan);
        LOG.info("attempt {}: {}", orphan.attempt(), words);
        history.append(orphan.attempt(), epoch, "handed_over", ACTOR, words, detail(orphan));
        count(orphan.cause());
    }

    // why after the commit: what is rolled back was not handed over.
    private void count(OwnerStore.Cause cause) {
        TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        Objects.requireNonNull(counted.get(cause)).increment();
                    }
                });
    }

    private static String words(OwnerStore.Orphan orphan) {
        return "Dispatcher '"
                + orphan.owner()
                + "' "
                + switch (orphan.cause()) {
                    case LEFT -> "has left";
                    case DRAINING -> "is to be drained";
                    case SILENT -> "has let its lease expire";
                    case ELSEWHERE -> "does not reach its engine any more";
                    case UNCLAIMED -> "has not claimed what it was handed";
                }
                + ": handed to dispatcher '"
                + orphan.adopter()
                + "' in the same scope";
    }

    private static Map<String, Object> detail(OwnerStore.Orphan orphan) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("from", orphan.owner());
        detail.put("to", orphan.adopter());
        detail.put("cause", orphan.cause());
        detail.put("scope", orphan.scope());
        return detail;
    }
}
