package dev.kohakku.controller.database;

import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Lets the driver cancel a statement that runs too long behind a pooler and outside of a
 * transaction: there neither a session nor a transaction has told the server a time-out.
 */
final class BoundedStatements extends JdbcTemplate {

    private final Pooling pooling;
    private final int seconds;

    BoundedStatements(DataSource dataSource, Pooling pooling, DatabaseProperties properties) {
        super(dataSource);
        this.pooling = pooling;
        this.seconds = Math.toIntExact(properties.timeouts().statement().toSeconds());
    }

    @Override
    protected void applyStatementSettings(Statement statement) throws SQLException {
        super.applyStatementSettings(statement);
        if (pooling.seen() && !TransactionSynchronizationManager.isActualTransactionActive()) {
            statement.setQueryTimeout(seconds);
        }
    }
}
