package dev.kohakku.controller.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

@ControllerTest
class HealthIT {

    @Autowired Environment environment;

    @Test
    void aliveAndReadyAreOpenToEverybody() {
        var stranger = TestingClient.of(environment).showing("X-Nothing", "here");

        assertThat(stranger.get("/health/").body()).isEqualTo("{\"status\":\"alive\"}");
        var ready = stranger.get("/ready/");
        assertThat(ready.status()).as(ready.body()).isEqualTo(200);
        assertThat(ready.json().get("checks").propertyNames())
                .containsExactly("postgres", "redis", "object_store", "clock", "dispatchers");
    }

    @Test
    void metricsAreServedForPrometheus() {
        var metrics =
                TestingClient.of(environment)
                        .showing("X-Nothing", "here")
                        .get("/actuator/prometheus");

        assertThat(metrics.status()).isEqualTo(200);
        assertThat(metrics.body())
                .contains("kohakku_tasks_accepted_total", "jvm_memory_used_bytes");
    }
}
