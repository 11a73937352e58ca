package dev.kohakku.controller.database;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.JdbcTransactionObjectSupport;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * Transactions that say what really failed, also where a connection broke. Begins each transaction
 * with its time-outs where a pooler is in between: what a session was told is another one's there.
 * {@code BEGIN} travels with the statement, so that it costs one round trip. Directly at a server
 * the session has them, and nothing is added.
 */
final class BoundedTransactions extends JdbcTransactionManager {

    private final transient Pooling pooling;
    private final String timeouts;

    BoundedTransactions(DataSource dataSource, Pooling pooling, DatabaseProperties properties) {
        super(dataSource);
        this.pooling = pooling;
        this.timeouts = TimeoutStatement.ofTransaction(properties.timeouts());
    }

    @Override
    protected void prepareTransactionalConnection(
            Connection connection, TransactionDefinition definition) throws SQLException {
        super.prepareTransactionalConnection(connection, definition);
        if (pooling.seen()) {
            try (var statement = connection.prepareStatement(timeouts)) {
                statement.execute();
            }
        }
    }

    /**
     * Rolls back. Where the connection broke, its server does that by itself, and the caller hears
     * why it broke: whoever is told that the rollback failed cannot know that it may try again.
     */
    @Override
    protected void doRollback(DefaultTransactionStatus status) {
        try {
            super.doRollback(status);
        } catch (TransactionException | DataAccessException failed) {
            if (!isClosed(status)) {
                throw failed;
            }
            logger.debug("The connection broke before the rollback", failed);
        }
    }

    private static boolean isClosed(DefaultTransactionStatus status) {
        var transaction = (JdbcTransactionObjectSupport) status.getTransaction();
        try {
            return transaction.getConnectionHolder().getConnection().isClosed();
        } catch (SQLException unknown) {
            return false;
        }
    }
}
