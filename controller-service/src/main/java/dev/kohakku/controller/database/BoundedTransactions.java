package dev.kohakku.controller.database;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;

/**
 * Begins each transaction with its time-outs where a pooler is in between: what a session was told
 * is another one's there. {@code BEGIN} travels with the statement, so that it costs one round
 * trip. Directly at a server the session has them, and nothing is added.
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
}
