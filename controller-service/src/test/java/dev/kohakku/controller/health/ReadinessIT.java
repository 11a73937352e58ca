package dev.kohakku.controller.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.kohakku.standalone.engine.TestEngines;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class ReadinessIT {

    HikariDataSource pool = new HikariDataSource();

    @BeforeEach
    void connect() {
        pool.setDataSource(server(TestEngines.postgres().port()));
    }

    private static DriverManagerDataSource server(int port) {
        var postgres = TestEngines.postgres();
        return new DriverManagerDataSource(
                "jdbc:postgresql://%s:%d/%s"
                        .formatted(postgres.host(), port, TestEngines.newDatabase()),
                postgres.user(),
                postgres.password());
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private record Fake(Callable<Optional<String>> answer) implements Dependency {

        @Override
        public String name() {
            return "redis";
        }

        @Override
        public Optional<String> obstacle() throws Exception {
            return answer.call();
        }
    }

    private Readiness readiness(Callable<Optional<String>> answer) {
        return new Readiness(new DatabaseProbe(pool), List.of(new Fake(answer)));
    }

    @Test
    void whatManyAskForAtOnceIsAskedOnce() throws Exception {
        var asked = new AtomicInteger();
        var allThere = new CountDownLatch(200);
        var readiness =
                readiness(() -> {
                    allThere.await();
                    asked.incrementAndGet();
                    return Optional.empty();
                });
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers =
                    IntStream.range(0, 200)
                            .mapToObj(number ->
                                    callers.submit(() -> {
                                        allThere.countDown();
                                        return readiness.readings();
                                    }))
                            .toList();
            for (var answer : answers) {
                assertThat(answer.get().isWhole()).isTrue();
            }
        }

        assertThat(asked).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void anotherEngineThatIsAwayDegradesAndIsNamed() throws Exception {
        var readings =
                readiness(
                                () -> {
                                    throw new IOException("refused by the server");
                                })
                        .readings();

        assertThat(readings.serves()).isTrue();
        assertThat(readings.isWhole()).isFalse();
        assertThat(readings.checks())
                .containsEntry("redis", new Readiness.Check("down", "refused by the server"));
    }

    @Test
    void oneThatHangsIsGivenUp() throws Exception {
        var never = new CountDownLatch(1);
        var readings =
                readiness(
                                () -> {
                                    never.await();
                                    return Optional.empty();
                                })
                        .readings();

        assertThat(readings.serves()).isTrue();
        assertThat(readings.checks().get("redis").reason()).contains("no answer within");
    }

    @Test
    void withoutPostgresNothingIsServed() throws Exception {
        pool.setDataSource(server(1));

        assertThat(readiness(Optional::empty).readings().serves()).isFalse();
    }
}
