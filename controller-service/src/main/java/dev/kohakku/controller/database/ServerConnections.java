package dev.kohakku.controller.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Opens connections to a server and makes each ready for what it leads to: the server itself, or a
 * pooler in transaction mode before it, which carries prepared statements or does not. Nobody has
 * to say which. To stand below a pool. Thread-safe.
 */
final class ServerConnections extends AbstractDataSource {

    /**
     * A statement that tells under which name it is known: it is parsed before it runs. Two clients
     * of a pooler give the same names, so that one that carries their statements gives others.
     */
    private static final String PROBE =
            """
            /* kohakku: whose statement is this? */
            select pg_backend_pid(), array_to_string(array(
                select name from pg_prepared_statements where statement like '/* kohakku: whose statement is this? */%'), ' ')
            """;

    /** Those the driver gives: a pooler that carries statements has given the server others. */
    private static final Pattern DRIVERS_NAME = Pattern.compile("S_[0-9]+");

    private static final String DUPLICATE_STATEMENT = "42P05";

    private final String url;
    private final Properties login = new Properties();
    private final Pooling pooling;
    private final String sessionTimeouts;
    private final int silence;

    /**
     * @param url as {@link DatabaseAddress} makes it
     * @param properties user, password and time-outs
     * @param pooling is told of poolers
     */
    ServerConnections(String url, DatabaseProperties properties, Pooling pooling) {
        this.url = url;
        // why no check whether the URL has its own: the driver prefers them.
        login.setProperty("user", properties.user());
        login.setProperty("password", properties.password());
        this.pooling = pooling;
        this.sessionTimeouts = TimeoutStatement.ofSession(properties.timeouts());
        this.silence = Math.toIntExact(properties.timeouts().silence().toMillis());
    }

    @Override
    public Connection getConnection() throws SQLException {
        var connection = DriverManager.getConnection(url, login);
        try {
            prepare(connection);
            // why only now: a server that hangs at the login is passed over for the next one.
            connection.setNetworkTimeout(Runnable::run, silence);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new UnsupportedOperationException("user and password are kohakku.database's");
    }

    /** Does nothing: the URL bounds the connection to each server. */
    @Override
    public void setLoginTimeout(int seconds) {
        // A pool sets its own patience here, which would cut off the second server of two.
    }

    private void prepare(Connection connection) throws SQLException {
        // why a transaction: only in one do two statements surely meet the same server's process.
        connection.setAutoCommit(false);
        switch (wayOf(connection)) {
            case DIRECT -> {
                execute(connection, sessionTimeouts);
                connection.commit();
            }
            case CARRIED -> {
                showDateStyle(connection);
                pooling.see(true);
            }
            case NOT_CARRIED -> {
                connection.unwrap(PGConnection.class).setPrepareThreshold(0);
                showDateStyle(connection);
                pooling.see(false);
            }
        }
        connection.setAutoCommit(true);
    }

    /** What a connection leads to. */
    private enum Way {
        /** A server: the session is ours. */
        DIRECT,
        /** A pooler that knows which of its servers has which prepared statement. */
        CARRIED,
        /** A pooler that does not. */
        NOT_CARRIED
    }

    private static Way wayOf(Connection connection) throws SQLException {
        try (var probe = connection.prepareStatement(PROBE)) {
            probe.unwrap(PGStatement.class).setPrepareThreshold(1);
            try (var answer = probe.executeQuery()) {
                answer.next();
                // why: a pooler has made up a number, since its client has no process of its own.
                if (answer.getInt(1) == connection.unwrap(PGConnection.class).getBackendPID()) {
                    return Way.DIRECT;
                }
                return carries(connection, answer.getString(2).split(" "))
                        ? Way.CARRIED
                        : Way.NOT_CARRIED;
            }
        } catch (SQLException e) {
            if (!DUPLICATE_STATEMENT.equals(e.getSQLState())) {
                throw e;
            }
            // why: on a session of its own no other statement could have that name.
            connection.rollback();
            return Way.NOT_CARRIED;
        }
    }

    private static boolean carries(Connection connection, String[] names) throws SQLException {
        var carries = true;
        for (var name : names) {
            if (DRIVERS_NAME.matcher(name).matches()) {
                carries = false;
                // why: the next client on this server gives the same name.
                execute(connection, "deallocate \"" + name + "\"");
            }
        }
        return carries;
    }

    /**
     * Lets the pooler see the server's whole DateStyle. The driver asks for {@code ISO} at the
     * login, the server calls it {@code ISO, MDY}, and PgBouncer would try to make the one from the
     * other before each transaction. It takes over what the server reports, which reports what
     * changes; the end of the transaction takes the change back.
     */
    private static void showDateStyle(Connection connection) throws SQLException {
        // why two: one of them is another one than the server's.
        execute(connection, "set local DateStyle = 'ISO, YMD'");
        execute(connection, "set local DateStyle = 'ISO, DMY'");
        connection.commit();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
