package dev.kohakku.controller.image;

import static dev.kohakku.controller.testing.TestingDispatcher.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.wire.Prefetch;
import dev.kohakku.common.wire.PrefetchOutcome.Result;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class PrefetchApiIT {

    private static final String PATH = "/api/v1/images/prefetch";

    private static final String POOL = "warmed";

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Prefetches prefetches;
    TestingClient client;
    TestingDispatcher dispatcher;

    @BeforeEach
    void clear() {
        client = TestingClient.of(environment);
        jdbc.sql("delete from image_prefetches").update();
        jdbc.sql("delete from image_registries").update();
        dispatcher = TestingDispatcher.of(environment).in(POOL, Map.of()).checkedIn();
    }

    private TestingClient.Answer ask(String pool) {
        return client.post(PATH, "{\"image\":\"reg.io/team/tool:1\",\"pool\":\"" + pool + "\"}");
    }

    private String stateAt(TestingDispatcher which, String id) {
        var dispatchers = client.get(PATH + "/" + id).json().get("dispatchers");
        for (var each : dispatchers) {
            if (each.get("dispatcher").asString().equals(which.id())) {
                return each.get("state").asString();
            }
        }
        return "none";
    }

    @Test
    void everyLiveDispatcherOfThePoolIsToldUntilItSaysWhatCameOfIt() {
        var beside = dispatcher.beside().checkedIn();
        var elsewhere = TestingDispatcher.of(environment).checkedIn();

        var asked = ask(POOL);

        assertThat(asked.status()).isEqualTo(202);
        var id = asked.json().get("id").asString();
        assertThat(asked.header("Location")).isEqualTo(PATH + "/" + id);
        assertThat(dispatcher.heartbeat().prefetch()).extracting(Prefetch::id).hasSize(1);
        assertThat(elsewhere.heartbeat().prefetch()).isEmpty();
        dispatcher.prefetched(UUID.fromString(id), Result.PULLED, null);
        dispatcher.prefetched(UUID.fromString(id), Result.PRESENT, null);
        assertThat(dispatcher.heartbeat().prefetch()).isEmpty();
        assertThat(beside.heartbeat().prefetch()).hasSize(1);
        assertThat(stateAt(dispatcher, id)).isEqualTo("pulled");
        assertThat(stateAt(beside, id)).isEqualTo("pending");
        assertThat(client.get(PATH + "/" + id).json().get("done").asBoolean()).isFalse();
        beside.prefetched(UUID.fromString(id), Result.FAILED, "manifest unknown");
        var done = client.get(PATH + "/" + id);
        assertThat(done.json().get("done").asBoolean()).isTrue();
        assertThat(done.body()).contains("manifest unknown");
    }

    @Test
    void theStoredLoginGoesWithIt() {
        client.put(
                "/api/v1/image-registries/reg.io",
                "{\"username\":\"bob\",\"password\":\"open-sesame\"}");
        var asked = ask(POOL);

        var login = dispatcher.heartbeat().prefetch().getFirst().registryLogin();
        assertThat(login.password()).isEqualTo("open-sesame");
        assertThat(asked.body()).doesNotContain("open-sesame");
    }

    @Test
    void withoutALiveDispatcherItIsRefusedAndNotKept() {
        var answer = ask("nobody-is-here");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("no-dispatcher");
        assertThat(answer.body()).contains("nobody-is-here");
        assertThat(jdbc.sql("select count(*) from image_prefetches").query(Integer.class).single())
                .isZero();
    }

    @Test
    void whatIsTooOldIsToldNobodyAndShownAsExpired() {
        var id = ask(POOL).json().get("id").asString();
        jdbc.sql("update image_prefetches set expires_at = now()").update();

        assertThat(dispatcher.heartbeat().prefetch()).isEmpty();
        assertThat(stateAt(dispatcher, id)).isEqualTo("expired");
        assertThat(client.get(PATH + "/" + id).json().get("done").asBoolean()).isTrue();
    }

    @Test
    void afterAWeekItIsRemoved() {
        var id = ask(POOL).json().get("id").asString();
        jdbc.sql("update image_prefetches set requested_at = now() - interval '8 days'").update();

        assertThat(prefetches.removeOld()).isFalse();
        assertThat(client.get(PATH + "/" + id).problem()).isEqualTo("prefetch-unknown");
    }

    @Test
    void aProcessThatWasReplacedIsNotHeard() {
        var id = UUID.fromString(ask(POOL).json().get("id").asString());
        var stranger = TestingDispatcher.of(environment);

        assertThat(refusalOf(() -> stranger.prefetched(id, Result.PULLED, null)))
                .isEqualTo("404 dispatcher-unknown");
        assertThat(stateAt(dispatcher, id.toString())).isEqualTo("pending");
    }

    @Test
    void whatIsWrongIsNamed() {
        var answer = client.post(PATH, "{\"image\":\"UPPER\",\"queue\":\"x\"}");

        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.json().get("errors").findValuesAsString("field"))
                .isEqualTo(List.of("image", "queue"));
        assertThat(client.get(PATH + "/none").problem()).isEqualTo("prefetch-unknown");
    }
}
