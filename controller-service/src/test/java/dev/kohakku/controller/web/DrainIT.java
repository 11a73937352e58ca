package dev.kohakku.controller.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

@ControllerTest
@DirtiesContext
@TestPropertySource(properties = "kohakku.http.drain=1s")
class DrainIT {

    @Autowired Environment environment;
    @Autowired ApplicationContext context;
    @Autowired Drain drain;

    @Test
    void whoStopsIsNotReadyServesOnAndEndsItsConnections() throws Exception {
        var client = TestingClient.of(environment);
        assertThat(client.get("/api/v1/tasks").header("Connection")).isEmpty();
        // why in two steps: the context does both in this order, and then takes the server away.
        AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
        var stopping = Thread.ofVirtual().start(drain::stop);

        await().until(() -> client.get("/api/v1/tasks").header("Connection").equals("close"));
        assertThat(client.get("/api/v1/tasks").status()).isEqualTo(200);
        var ready = client.get("/ready/");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.json().get("status").asString()).isEqualTo("stopping");
        stopping.join();
    }
}
