package dev.kohakku.controller.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingHealth;
import dev.kohakku.controller.testing.TestingTasks;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class DispatcherNudgesIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    TestingTasks tasks;

    @BeforeEach
    void clear() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
    }

    @Test
    void aCancelGoesToTheOwnerAtOnce() throws Exception {
        try (var address = new TestingHealth()) {
            var owner = TestingDispatcher.of(environment).at(address.url()).checkedIn();
            var attempt = tasks.submitQueued();
            owner.claim(attempt.task(), 1);

            assertThat(tasks.cancel(attempt.task()).status()).isEqualTo(202);

            var request = address.requests().poll(10, TimeUnit.SECONDS);
            assertThat(request).isNotNull();
            assertThat(request.line()).isEqualTo("POST /tasks/" + attempt.task() + "/cancel");
            assertThat(request.apiKey()).isEqualTo(ControllerTest.DISPATCHER_KEY);
            assertThat(request.body())
                    .isEqualTo(
                            "{\"task_id\":\"" + attempt.task() + "\",\"attempt\":1,\"epoch\":1}");
        }
    }

    @Test
    void anOwnerThatCannotBeReachedDoesNotHoldTheCancel() {
        var owner = TestingDispatcher.of(environment).checkedIn();
        var attempt = tasks.submitQueued();
        owner.claim(attempt.task(), 1);

        assertThat(tasks.cancel(attempt.task()).json().get("state").asString())
                .isEqualTo("CANCELLING");
    }
}
