package dev.kohakku.controller.fleet;

import static dev.kohakku.controller.testing.TestingDispatcher.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingHealth;
import dev.kohakku.controller.testing.TestingTasks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

@ControllerTest
class LeaveIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Dispatchers dispatchers;
    TestingTasks tasks;
    TestingDispatcher dispatcher;

    @BeforeEach
    void checkIn() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        dispatcher = TestingDispatcher.of(environment).checkedIn();
    }

    @Test
    void whoLeavesIsNotLiveAndWhatItOwnsWaitsForItsNextProcess() {
        var attempt = tasks.submitQueued();
        dispatcher.claim(attempt.task(), 1);

        dispatcher.leave();
        dispatcher.leave();

        assertThat(dispatchers.live()).isEmpty();
        var shown = shown();
        assertThat(shown.get("lease_state").asString()).isEqualTo("EXPIRED");
        assertThat(shown.get("left_at").isNull()).isFalse();
        assertThat(dispatcher.restarted().checkIn().owned())
                .containsExactly(new AttemptRef(attempt.task(), 1, new Epoch(1)));
        assertThat(shown().get("left_at").isNull()).isTrue();
    }

    @Test
    void aHeartbeatThatComesAfterwardsDoesNotBringItBack() {
        dispatcher.leave();

        assertThat(refusalOf(dispatcher::heartbeat)).isEqualTo("404 dispatcher-unknown");
        assertThat(dispatchers.live()).isEmpty();
        assertThat(refusalOf(dispatcher::checkIn)).isEqualTo("none");
        assertThat(refusalOf(dispatcher::heartbeat)).isEqualTo("none");
    }

    @Test
    void theNextProcessNeedNotWaitUntilTheOneThatStopsIsGone() throws Exception {
        try (var address = new TestingHealth()) {
            var stopping = dispatcher.at(address.url()).checkedIn();
            address.answers("{\"instance\":\"" + stopping.instance() + "\"}");
            stopping.leave();

            assertThat(refusalOf(() -> dispatcher.at("http://127.0.0.1:2").checkIn()))
                    .isEqualTo("none");
        }
    }

    @Test
    void whoWasReplacedCannotEndTheLeaseOfTheOther() {
        var next = dispatcher.restarted().checkedIn();

        assertThat(refusalOf(dispatcher::leave)).isEqualTo("404 dispatcher-unknown");
        assertThat(refusalOf(TestingDispatcher.of(environment)::leave))
                .isEqualTo("404 dispatcher-unknown");
        assertThat(refusalOf(next::heartbeat)).isEqualTo("none");
    }

    @Test
    void aLeaveWithoutItsInstanceIsRefusedAndATokenIsNoKey() {
        var path = "/api/v1/dispatchers/" + dispatcher.id() + "/leave/";
        var answer = TestingClient.of(environment).asDispatcher().post(path, "{}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("instance");
        assertThat(TestingClient.of(environment).post(path, "{\"instance\":\"a\"}").status())
                .isEqualTo(403);
    }

    private JsonNode shown() {
        return TestingClient.of(environment).get("/api/v1/dispatchers").json().at("/items/0");
    }
}
