package dev.kohakku.controller.leak;

import static dev.kohakku.controller.leak.TestingLedger.containerOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.FoundContainer;
import dev.kohakku.common.wire.Inventory;
import dev.kohakku.controller.fleet.Dispatchers;
import dev.kohakku.controller.testing.ControllerTest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@ControllerTest
class InventoriesIT {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired DataSource database;
    @Autowired JsonMapper json;
    @Autowired Dispatchers dispatchers;
    @Autowired LeakStore store;
    @Autowired TransactionTemplate transaction;
    TestingLedger ledger;

    @BeforeEach
    void open() {
        ledger = new TestingLedger(environment, jdbc);
    }

    private static LeakProperties properties(boolean dryRun) {
        return new LeakProperties(Duration.ofSeconds(30), MINUTE, MINUTE, dryRun);
    }

    private Inventory inventory(FoundContainer... containers) {
        return new Inventory(ledger.dispatcher.instance(), List.of(ledger.holding(containers)));
    }

    @Test
    void aDryRunOrdersNothingAndSaysWhatItWouldDo() {
        var dry = new Inventories(dispatchers, store, transaction, properties(true));
        var container = containerOf(ledger.ended());
        dry.take(ledger.dispatcher.id(), inventory(container));
        ledger.age("1 hour");

        assertThat(dry.take(ledger.dispatcher.id(), inventory(container)).destroy()).isEmpty();

        var leak =
                new Leaks(jdbc, properties(true))
                        .page(new LeakFilter(Set.of(), false, 10, null))
                        .items()
                        .getFirst();
        assertThat(leak.action()).isEqualTo(LeakView.Action.WOULD_DESTROY);
        assertThat(leak.message()).contains("kohakku.leak.dry-run");
    }

    @Test
    void fiveThousandContainersTakeAsManyStatementsAsOne() {
        var strays =
                IntStream.range(0, 5_000)
                        .mapToObj(
                                i -> new FoundContainer(new TaskId(UUID.randomUUID()), 1, "c" + i))
                        .toArray(FoundContainer[]::new);

        assertThat(statementsFor(strays)).isEqualTo(statementsFor(strays[0])).isEqualTo(6);
        ledger.found(strays);
        ledger.age("25 hours");
        assertThat(ledger.found(strays).destroy()).containsExactlyInAnyOrder(strays);
    }

    private int statementsFor(FoundContainer... containers) {
        var statements = new AtomicInteger();
        var counted = new CountingDataSource(database, statements);
        new Inventories(
                        dispatchers,
                        new LeakStore(JdbcClient.create(counted), json),
                        new TransactionTemplate(new JdbcTransactionManager(counted)),
                        properties(false))
                .take(ledger.dispatcher.id(), inventory(containers));
        return statements.get();
    }

    @Test
    void inventoriesOfOneScopeAtTheSameTimeMakeOneLeakForEachContainer() throws Exception {
        var containers =
                IntStream.range(0, 50)
                        .mapToObj(
                                i -> new FoundContainer(new TaskId(UUID.randomUUID()), 1, "c" + i))
                        .toArray(FoundContainer[]::new);
        ledger.runningForAMinute();
        var others = IntStream.range(0, 6).mapToObj(_ -> ledger.another(ledger.scope)).toList();

        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var posts =
                    others.stream()
                            .map(other ->
                                    (Callable<Integer>)
                                            () ->
                                                    other.inventory(ledger.holding(containers))
                                                            .destroy()
                                                            .size())
                            .toList();
            for (var post : executor.invokeAll(posts)) {
                assertThat(post.get()).isZero();
            }
        }

        assertThat(ledger.rows()).isEqualTo(51);
    }

    /** Counts what is prepared. */
    private static final class CountingDataSource extends DelegatingDataSource {

        private final AtomicInteger statements;

        CountingDataSource(DataSource target, AtomicInteger statements) {
            super(target);
            this.statements = statements;
        }

        @Override
        public Connection getConnection() throws SQLException {
            var connection = super.getConnection();
            return (Connection)
                    Proxy.newProxyInstance(
                            getClass().getClassLoader(),
                            new Class<?>[] {Connection.class},
                            (proxy, method, arguments) -> {
                                if (method.getName().equals("prepareStatement")) {
                                    statements.incrementAndGet();
                                }
                                try {
                                    return method.invoke(connection, arguments);
                                } catch (InvocationTargetException failed) {
                                    throw failed.getCause();
                                }
                            });
        }
    }
}
