package dev.kohakku.controller.plans;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Remembers each statement that a Controller sends, with its latest parameters. Thread-safe. */
final class StatementRecorder implements BeanPostProcessor {

    private final Map<String, Sent> sent = new LinkedHashMap<>();
    private boolean recording;

    /**
     * A statement as it was sent.
     *
     * @param settings the calls that set its parameters
     */
    record Sent(String sql, List<Setting> settings) {

        /** Sets the same parameters of another statement. */
        void bind(PreparedStatement statement) throws SQLException {
            for (var setting : settings) {
                try {
                    setting.method().invoke(statement, setting.arguments());
                } catch (InvocationTargetException failed) {
                    throw new SQLException(failed.getCause());
                } catch (IllegalAccessException impossible) {
                    throw new AssertionError(impossible);
                }
            }
        }
    }

    /** A call of a setter. */
    @SuppressWarnings("ArrayRecordComponent") // why: it is passed on as reflection has it
    record Setting(Method method, @Nullable Object[] arguments) {}

    /** From now on. */
    synchronized void record() {
        recording = true;
    }

    /** Until now: every different statement. */
    synchronized List<Sent> stop() {
        recording = false;
        return List.copyOf(sent.values());
    }

    private synchronized void note(String sql, List<Setting> settings) {
        if (recording) {
            sent.put(sql, new Sent(sql, List.copyOf(settings)));
        }
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        // why only that one: what statements go through; pools are asked for by their own type.
        return name.equals("dataSource") && bean instanceof DataSource source
                ? recorded(source)
                : bean;
    }

    private DataSource recorded(DataSource source) {
        return new DelegatingDataSource(source) {
            @Override
            public Connection getConnection() throws SQLException {
                return connection(super.getConnection());
            }

            @Override
            public Connection getConnection(String user, String password) throws SQLException {
                return connection(super.getConnection(user, password));
            }
        };
    }

    private Connection connection(Connection real) {
        return proxy(
                Connection.class,
                (_, method, arguments) -> {
                    var answer = call(real, method, arguments);
                    return answer instanceof PreparedStatement statement
                            ? statement(statement, (String) arguments[0])
                            : answer;
                });
    }

    private PreparedStatement statement(PreparedStatement real, String sql) {
        var settings = new ArrayList<Setting>();
        return proxy(
                PreparedStatement.class,
                (_, method, arguments) -> {
                    if (method.getName().startsWith("set") && arguments.length > 1) {
                        settings.add(new Setting(method, arguments.clone()));
                    } else if (method.getName().startsWith("execute")) {
                        note(sql, settings);
                    }
                    return call(real, method, arguments);
                });
    }

    private static @Nullable Object call(Object real, Method method, @Nullable Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
