package dev.kohakku.controller.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@ControllerTest
@Import(RequestTimeoutIT.Endpoints.class)
@TestPropertySource(
        properties = {
            "kohakku.http.request-timeout=500ms",
            "kohakku.http.body-timeout=500ms",
            "POSTGRES_POOL_SIZE=2",
            "spring.datasource.hikari.minimum-idle=1"
        })
class RequestTimeoutIT {

    @Autowired Environment environment;
    @Autowired HikariDataSource pool;

    private TestingClient client() {
        return TestingClient.of(environment);
    }

    @Test
    void whatWaitsForEverIs503AndItsWorkIsStopped() throws InterruptedException {
        var answer = client().get("/testing/waits");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo("request-timeout");
        assertThat(answer.header("Retry-After")).isEqualTo("5");
        Endpoints.INTERRUPTED.await();
    }

    @Test
    void whatWaitsForPostgresIs503AndThePoolIsUsableAfterwards() {
        for (var i = 0; i < 5; i++) {
            assertThat(client().get("/testing/statement").problem()).isEqualTo("request-timeout");
        }
        await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
        for (var i = 0; i < 5; i++) {
            assertThat(client().get("/api/v1/tasks").status()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerThatHasBegunEndsWithItsConnection() throws IOException {
        try (var connection = new RawConnection(environment)) {
            var answer = connection.send(RawConnection.head("GET /testing/begun", "\r\n")).rest();

            // why: the last chunk, which says that the answer is whole, never comes.
            assertThat(answer)
                    .startsWith("HTTP/1.1 200")
                    .contains("begun")
                    .doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void anExemptAnswerOutlivesOneThatCameLaterAndWasStopped() throws Exception {
        var exempt = CompletableFuture.supplyAsync(() -> client().get("/testing/exempt").body());
        Endpoints.EXEMPT.await();

        assertThat(client().get("/testing/waits").problem()).isEqualTo("request-timeout");
        Endpoints.ANOTHER_STOPPED.countDown();

        assertThat(exempt.get()).isEqualTo("outlived");
    }

    /** Endpoints that take as long as a test wants. */
    @TestConfiguration(proxyBeanMethods = false)
    @Import(Slow.class)
    static class Endpoints {

        static final CountDownLatch INTERRUPTED = new CountDownLatch(1);
        static final CountDownLatch EXEMPT = new CountDownLatch(1);
        static final CountDownLatch ANOTHER_STOPPED = new CountDownLatch(1);
    }

    @RestController
    static class Slow {

        private final CountDownLatch never = new CountDownLatch(1);
        private final JdbcClient jdbc;

        Slow(JdbcClient jdbc) {
            this.jdbc = jdbc;
        }

        @GetMapping("/testing/waits")
        String waits() throws InterruptedException {
            try {
                never.await();
                return "";
            } catch (InterruptedException stopped) {
                Endpoints.INTERRUPTED.countDown();
                throw stopped;
            }
        }

        @GetMapping("/testing/statement")
        String statement() {
            return jdbc.sql("select pg_sleep(20)::text").query(String.class).single();
        }

        @GetMapping("/testing/begun")
        void begun(HttpServletResponse response) throws IOException, InterruptedException {
            response.getOutputStream().print("begun");
            response.flushBuffer();
            never.await();
        }

        @GetMapping("/testing/exempt")
        String exempt(HttpServletRequest request) throws InterruptedException {
            LongAnswer.declare(request);
            Endpoints.EXEMPT.countDown();
            Endpoints.ANOTHER_STOPPED.await();
            return "outlived";
        }
    }
}
