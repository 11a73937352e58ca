package dev.kohakku.controller.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.telemetry.ClockWatch;
import dev.kohakku.standalone.engine.TestEngines;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@ExtendWith(OutputCaptureExtension.class)
class ServerLookIT {

    private static final int EMBEDDED_HAS_LESS_THAN = 100_000;

    private final ClockWatch watch = new ClockWatch("Postgres", new SimpleMeterRegistry());
    private final Pooling pooling = new Pooling();
    private final JdbcClient jdbc = JdbcClient.create(server());

    @Test
    void aPoolThatIsLargerThanTheServerIsWarnedOfOnce(CapturedOutput output) {
        var look = look(EMBEDDED_HAS_LESS_THAN, Clock.systemUTC());
        look.look();
        look.look();

        assertThat(output.getOut().split("POSTGRES_POOL_SIZE is 100000", -1)).hasSize(2);
        assertThat(output).contains("docs/scaling.md");
    }

    @Test
    void onePoolThatFitsIsNot(CapturedOutput output) {
        look(1, Clock.systemUTC()).look();

        assertThat(output).doesNotContain("POSTGRES_POOL_SIZE");
    }

    @Test
    void behindAPoolerItIsSaidWhatCounts(CapturedOutput output) {
        pooling.see(true);
        look(EMBEDDED_HAS_LESS_THAN, Clock.systemUTC()).look();

        assertThat(output).contains("default_pool_size").doesNotContain("WARN");
    }

    @Test
    void aClockThatIsFarFromTheServersIsFound() {
        look(1, Clock.systemUTC()).look();
        assertThat(watch.obstacle()).isEmpty();

        look(1, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-5))).look();
        assertThat(watch.obstacle())
                .hasValueSatisfying(text -> assertThat(text).contains("behind that of Postgres"));
    }

    private ServerLook look(int poolSize, Clock clock) {
        return new ServerLook(jdbc, pooling, poolSize, clock, watch);
    }

    private static DriverManagerDataSource server() {
        var postgres = TestEngines.postgres();
        return new DriverManagerDataSource(
                postgres.jdbcUrl(TestEngines.newDatabase()), postgres.user(), postgres.password());
    }
}
