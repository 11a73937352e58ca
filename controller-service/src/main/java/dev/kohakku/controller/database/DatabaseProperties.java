package dev.kohakku.controller.database;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where Postgres is, and how long it may take.
 *
 * @param hosts {@code POSTGRES_HOST}: one, or several of which one is the primary; each may have a
 *     port of its own, {@code host:port}
 * @param port {@code POSTGRES_PORT}: of the hosts that have none of their own
 * @param name {@code POSTGRES_DB}: the database
 * @param user {@code POSTGRES_USER}
 * @param password {@code POSTGRES_PASSWORD}
 * @param parameters {@code POSTGRES_PARAMETERS}: further parameters of the JDBC driver, such as
 *     {@code sslmode=verify-full&sslrootcert=/etc/ca.pem}; they win over ours
 * @param migrationUrl {@code POSTGRES_MIGRATION_URL}: a JDBC URL for migrations alone; empty for
 *     the ordinary way
 */
@Validated
@ConfigurationProperties(prefix = "kohakku.database", ignoreUnknownFields = false)
record DatabaseProperties(
        @DefaultValue("localhost") @NotEmpty List<String> hosts,
        @DefaultValue("5432") @Min(1) @Max(65_535) int port,
        @DefaultValue("kohakku") @NotBlank String name,
        @DefaultValue("kohakku") @NotBlank String user,
        @DefaultValue("kohakku") String password,
        @DefaultValue("") String parameters,
        @DefaultValue("") String migrationUrl,
        @DefaultValue Timeouts timeouts) {

    private static final String TIMEOUTS = "kohakku.database.timeouts.";

    DatabaseProperties {
        hosts = hosts.stream().map(String::strip).filter(each -> !each.isEmpty()).toList();
        if (!migrationUrl.isEmpty() && !migrationUrl.startsWith("jdbc:postgresql://")) {
            throw new IllegalArgumentException(
                    "POSTGRES_MIGRATION_URL (kohakku.database.migration-url) must be like"
                            + " jdbc:postgresql://host:5432/database, not '"
                            + DatabaseAddress.withoutSecrets(migrationUrl)
                            + "'");
        }
    }

    /** Without the password, which may stand in the URL and in the parameters as well. */
    @Override
    public String toString() {
        return "DatabaseProperties[hosts=%s, port=%d, name=%s, user=%s, timeouts=%s]"
                .formatted(hosts, port, name, user, timeouts);
    }

    /**
     * How long a step may take before it is given up.
     *
     * @param connect to one server, the login included
     * @param lock a statement waits for a lock; shorter than a dispatcher waits for an answer
     * @param statement one statement runs
     * @param idleInTransaction a process that is gone or paused keeps the locks of its transaction
     */
    record Timeouts(
            @DefaultValue("3s") Duration connect,
            @DefaultValue("9s") Duration lock,
            @DefaultValue("30s") Duration statement,
            @DefaultValue("60s") Duration idleInTransaction) {

        /** A server that is asked to give up needs a moment to say so. */
        private static final Duration ANSWER = Duration.ofSeconds(10);

        Timeouts {
            atLeastASecond("connect", connect);
            atLeastASecond("lock", lock);
            atLeastASecond("statement", statement);
            atLeastASecond("idle-in-transaction", idleInTransaction);
            if (lock.compareTo(statement) > 0) {
                throw new IllegalArgumentException(
                        "%slock (%s) must not be longer than %sstatement (%s)"
                                .formatted(TIMEOUTS, lock, TIMEOUTS, statement));
            }
        }

        private static void atLeastASecond(String key, Duration value) {
            if (value.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException(
                        TIMEOUTS + key + " must be at least 1s, not " + value);
            }
        }

        /** How long the driver waits for bytes: only a server that is gone needs longer. */
        Duration silence() {
            return statement.plus(ANSWER);
        }
    }
}
