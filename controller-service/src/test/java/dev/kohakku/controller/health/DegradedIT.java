package dev.kohakku.controller.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.test.context.TestPropertySource;

@ControllerTest
@TestPropertySource(
        properties = {"REDIS_URL=redis://127.0.0.1:1", "MINIO_ENDPOINT=http://127.0.0.1:1"})
class DegradedIT {

    @Autowired Environment environment;

    @Test
    void enginesThatAreAwayAreNamedAndRequestsAreServed() {
        var client = TestingClient.of(environment);

        var ready = client.get("/ready/");

        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json().get("status").asString()).isEqualTo("degraded");
        var checks = ready.json().get("checks");
        assertThat(checks.get("postgres").get("state").asString()).isEqualTo("up");
        assertThat(checks.get("redis").get("state").asString()).isEqualTo("down");
        assertThat(checks.get("redis").get("reason").asString()).isNotBlank();
        assertThat(checks.get("object_store").get("state").asString()).isEqualTo("down");
        var stranger = client.showing("Authorization", "Bearer khk_unknown").get("/ready/").json();
        assertThat(stranger.get("status").asString()).isEqualTo("degraded");
        assertThat(stranger.at("/checks/redis/state").asString()).isEqualTo("down");
        assertThat(stranger.at("/checks/redis/reason").asString("")).isEmpty();
        assertThat(
                        client.asDispatcher()
                                .get("/ready/")
                                .json()
                                .at("/checks/redis/reason")
                                .asString())
                .as("the key of dispatchers is known without Postgres")
                .isNotBlank();
        assertThat(client.get("/health/").status()).isEqualTo(200);
        assertThat(client.post("/api/v1/tasks", "{\"name\":\"n\",\"image\":\"b\"}").status())
                .isEqualTo(201);
    }
}
