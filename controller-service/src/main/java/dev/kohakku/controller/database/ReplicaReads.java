package dev.kohakku.controller.database;

import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads that a replica may answer: what people look at, never what decides a write. Where there are
 * no replicas they cost nothing more than without this class.
 */
@Component
public class ReplicaReads {

    private static final Logger log = LoggerFactory.getLogger(ReplicaReads.class);

    private final Replicas replicas;
    private final JdbcClient jdbc;
    private final TransactionTemplate readOnly;
    private final MeterRegistry meters;

    ReplicaReads(
            Replicas replicas,
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            MeterRegistry meters) {
        this.replicas = replicas;
        this.jdbc = jdbc;
        this.readOnly = new TransactionTemplate(transactions);
        this.readOnly.setReadOnly(true);
        this.meters = meters;
    }

    /**
     * Reads at a replica that has what the client of this request has seen, else at the primary. A
     * replica that goes in the middle costs no more than time: the primary is asked instead. What
     * fails for a reason of its own, such as a statement that takes too long, is not tried twice.
     * Within a transaction it reads there.
     *
     * @param reading only reads; may be run twice
     */
    public <T> T read(Supplier<T> reading) {
        if (replicas.isEmpty() || TransactionSynchronizationManager.isActualTransactionActive()) {
            return reading.get();
        }
        try {
            return inOneTransaction(reading);
        } catch (DataAccessException | TransactionException e) {
            var replica = replicas.used();
            // why not where interrupted: the time-out of the request closed the connection.
            if (replica == null || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            switch (ReplicaFault.of(e)) {
                case OF_THE_READ -> throw e;
                case AWAY -> replica.leaveOut("a read failed: " + e.getMessage());
                case CONFLICT -> {}
            }
            log.debug("A read is done again at the primary", e);
            return atPrimary(reading);
        } finally {
            replicas.done();
        }
    }

    /**
     * What does not change any more once a replica has it, such as a task that has ended: from
     * there, and what it does not have yet, or what is not at its end, from the primary.
     *
     * @param ended only reads; empty where it is not settled
     * @param otherwise only reads
     */
    public <T> T settled(Supplier<Optional<T>> ended, Supplier<T> otherwise) {
        if (replicas.isEmpty()) {
            return otherwise.get();
        }
        return read(ended).orElseGet(() -> atPrimary(otherwise));
    }

    private <T> T inOneTransaction(Supplier<T> reading) {
        var answers = new ArrayList<T>(1);
        readOnly.executeWithoutResult(status -> {
            answers.add(reading.get());
            note();
        });
        return answers.getFirst();
    }

    private <T> T atPrimary(Supplier<T> reading) {
        var freshness = Freshness.current();
        if (freshness != null) {
            freshness.sawPrimary();
        }
        return reading.get();
    }

    /**
     * Keeps in mind how new the answer is, asked after it was read: not older than what it shows.
     */
    private void note() {
        var replica = replicas.used();
        meters.counter(
                        Metrics.REPLICA_READS,
                        Metrics.SERVER,
                        replica == null ? "primary" : replica.name())
                .increment();
        var freshness = Freshness.current();
        if (freshness == null) {
            return;
        }
        if (replica == null) {
            freshness.sawPrimary();
            return;
        }
        jdbc.sql("select pg_last_wal_replay_lsn()::text")
                .query(String.class)
                .optional()
                .flatMap(Lsn::parse)
                .ifPresent(position -> {
                    replica.sawReplayed(position);
                    freshness.sawReplica(position);
                });
    }
}
