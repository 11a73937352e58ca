package dev.kohakku.controller.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@ControllerTest
@Import(PlacesIT.Endpoints.class)
@TestPropertySource(
        properties = {"kohakku.http.places.clients=4", "kohakku.http.places.peer-percent=50"})
class PlacesIT {

    private static final String STAYS = "/testing/stays";

    @Autowired Environment environment;
    @Autowired Stays stays;
    private final List<CompletableFuture<Integer>> staying = new ArrayList<>();

    private TestingClient of(String peer) {
        return TestingClient.of(environment).showing("Authorization", "Token " + peer);
    }

    /** A request that has a place until the test ends. */
    private void stay(String peer) {
        staying.add(CompletableFuture.supplyAsync(() -> of(peer).get(STAYS).status()));
        var wanted = staying.size();
        await().until(() -> stays.count() == wanted);
    }

    @AfterEach
    void everyPlaceIsGivenBack() {
        stays.goOn();
        assertThat(staying).allSatisfy(each -> assertThat(each.join()).isEqualTo(200));
        for (var i = 0; i < 5; i++) {
            assertThat(of("another").get("/testing/passes").status()).isEqualTo(200);
        }
    }

    @Test
    void onePeerHasItsPartOthersTheRestAndAFullHouseStillAnswersServicesAndProbes() {
        stay("a");
        stay("a");
        var third = of("a").get("/testing/passes");
        assertThat(third.status()).isEqualTo(429);
        assertThat(third.problem()).isEqualTo("too-many-requests");
        assertThat(third.header("Retry-After")).isEqualTo("1");

        assertThat(of("b").get("/testing/passes").status()).isEqualTo(200);
        stay("b");
        stay("b");
        var fifth = of("c").get("/testing/passes");
        assertThat(fifth.status()).isEqualTo(503);
        assertThat(fifth.problem()).isEqualTo("busy");
        assertThat(fifth.header("Retry-After")).isEqualTo("1");

        var client = TestingClient.of(environment);
        assertThat(client.asDispatcher().post("/api/v1/dispatchers/d/nowhere", "{}").status())
                .isEqualTo(404);
        assertThat(client.showing("X-API-Key", "wrong").get("/testing/passes").status())
                .as("a wrong key opens no place of services")
                .isEqualTo(503);
        assertThat(client.get("/health/").status()).isEqualTo(200);
        assertThat(client.get("/ready/").status()).isEqualTo(200);
        assertThat(client.get("/actuator/prometheus").body())
                .contains("kohakku_http_requests{kind=\"client\"} 4.0")
                .contains("kohakku_http_refused_total{kind=\"client\",reason=\"peer\"} 1.0");
    }

    /** Endpoints outside of the API, which ask for no token. */
    @TestConfiguration(proxyBeanMethods = false)
    @Import(Stays.class)
    static class Endpoints {}

    @RestController
    static class Stays {

        private final AtomicInteger count = new AtomicInteger();
        private final CountDownLatch over = new CountDownLatch(1);

        int count() {
            return count.get();
        }

        void goOn() {
            over.countDown();
        }

        @GetMapping("/testing/stays")
        String stays() throws InterruptedException {
            count.incrementAndGet();
            over.await();
            return "";
        }

        @GetMapping("/testing/passes")
        String passes() {
            return "";
        }
    }
}
