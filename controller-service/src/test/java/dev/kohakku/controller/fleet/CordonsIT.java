package dev.kohakku.controller.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingHealth;
import dev.kohakku.controller.testing.TestingTasks;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

@ControllerTest
class CordonsIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    TestingClient client;
    TestingDispatcher dispatcher;

    @BeforeEach
    void checkIn() {
        new TestingTasks(environment, jdbc).clear();
        client = TestingClient.of(environment);
        dispatcher = TestingDispatcher.of(environment).checkedIn();
    }

    @Test
    void aCordonIsKeptUntilItIsTakenBackWhateverProcessHasTheId() {
        assertThat(dispatcher.heartbeat().cordoned()).isFalse();

        var cordoned = ask("cordon");

        assertThat(cordoned.get("id").asString()).isEqualTo(dispatcher.id());
        assertThat(cordoned.get("intake").asString()).isEqualTo("CORDONED");
        assertThat(cordoned.get("cordoned_by").asString()).startsWith("token:");
        assertThat(cordoned.get("cordoned_at").isNull()).isFalse();
        assertThat(dispatcher.heartbeat().cordoned()).isTrue();
        assertThat(dispatcher.restarted().checkIn().cordoned()).isTrue();

        var open = ask("uncordon");

        assertThat(open.get("intake").asString()).isEqualTo("OPEN");
        assertThat(open.get("cordoned_by").isNull()).isTrue();
        assertThat(open.get("cordoned_at").isNull()).isTrue();
        assertThat(dispatcher.restarted().checkIn().cordoned()).isFalse();
    }

    @Test
    void aDrainIsACordonAndMoreAndACordonDoesNotEndIt() {
        var cordoned = ask("cordon");
        var draining = ask("drain");

        assertThat(draining.get("intake").asString()).isEqualTo("DRAINING");
        assertThat(draining.get("cordoned_at")).isEqualTo(cordoned.get("cordoned_at"));
        assertThat(dispatcher.heartbeat().cordoned()).isTrue();
        assertThat(ask("cordon").get("intake").asString()).isEqualTo("DRAINING");
        assertThat(ask("uncordon").get("intake").asString()).isEqualTo("OPEN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cordon", "drain", "uncordon"})
    void askingTwiceChangesNothingMore(String what) {
        var once = ask(what);

        assertThat(ask(what)).isEqualTo(once);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cordon", "drain", "uncordon"})
    void theDispatcherHearsOfItAtOnce(String what) throws Exception {
        try (var address = new TestingHealth()) {
            dispatcher.at(address.url()).checkIn();

            ask(what);

            var nudge = address.requests().poll(10, TimeUnit.SECONDS);
            assertThat(nudge).isNotNull();
            assertThat(nudge.line()).isEqualTo("POST /heartbeat");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cordon", "drain", "uncordon"})
    void anUnknownDispatcherIs404AndADispatchersKeyIsNoToken(String what) {
        var answer = client.post("/api/v1/dispatchers/nobody/" + what, null);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.problem()).isEqualTo("dispatcher-unknown");
        assertThat(answer.json().get("detail").asString()).contains("'nobody'");
        assertThat(
                        client.asDispatcher()
                                .post("/api/v1/dispatchers/" + dispatcher.id() + "/" + what, null)
                                .status())
                .isEqualTo(403);
    }

    private JsonNode ask(String what) {
        var answer = client.post("/api/v1/dispatchers/" + dispatcher.id() + "/" + what, null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }
}
