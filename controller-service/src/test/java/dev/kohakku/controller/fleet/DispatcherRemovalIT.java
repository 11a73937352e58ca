package dev.kohakku.controller.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class DispatcherRemovalIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    TestingTasks tasks;
    TestingClient client;
    TestingDispatcher dispatcher;

    @BeforeEach
    void checkIn() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        client = TestingClient.of(environment);
        dispatcher = TestingDispatcher.of(environment).checkedIn();
    }

    @Test
    void oneThatHasLeftIsRemovedOnceWithItsCordonAndMayComeBackAsANewOne() {
        client.post(path() + "/cordon", null);
        dispatcher.leave();

        assertThat(client.delete(path()).status()).isEqualTo(204);

        assertThat(client.get("/api/v1/dispatchers").body()).doesNotContain(dispatcher.id());
        var again = client.delete(path());
        assertThat(again.status()).isEqualTo(404);
        assertThat(again.problem()).isEqualTo("dispatcher-unknown");
        assertThat(TestingDispatcher.refusalOf(dispatcher::heartbeat))
                .isEqualTo("404 dispatcher-unknown");
        assertThat(dispatcher.restarted().checkIn().cordoned()).isFalse();
    }

    @Test
    void aLiveOneIsKept() {
        var refused = client.delete(path());

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.problem()).isEqualTo("dispatcher-live");
        assertThat(dispatcher.heartbeat().cordoned()).isFalse();
    }

    @Test
    void oneThatOwnsAttemptsIsKeptUntilTheyHaveEndedAndItsTaskGoesOnNamingIt() {
        var attempt = tasks.submitQueued();
        dispatcher.claim(attempt.task(), 1);
        expire();

        var refused = client.delete(path());

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.problem()).isEqualTo("dispatcher-owns-attempts");
        assertThat(refused.json().get("detail").asString()).contains("owns 1 attempts");
        assertThat(client.get("/api/v1/dispatchers").body()).contains(dispatcher.id());

        tasks.set(attempt.task(), "state = 'FAILED', finished_at = now()");

        assertThat(client.delete(path()).status()).isEqualTo(204);
        var task = client.get("/api/v1/tasks/" + attempt.task());
        assertThat(task.json().get("dispatcher_id").asString()).isEqualTo(dispatcher.id());
        assertThat(client.get("/api/v1/tasks/" + attempt.task() + "/explain").status())
                .isEqualTo(200);
        assertThat(client.get("/api/v1/leaks").status()).isEqualTo(200);
    }

    @Test
    void aDispatchersKeyRemovesNobody() {
        expire();

        assertThat(client.asDispatcher().delete(path()).status()).isEqualTo(403);
        assertThat(client.get("/api/v1/dispatchers").body()).contains(dispatcher.id());
    }

    private void expire() {
        jdbc.sql("update dispatchers set lease_expires_at = now() where id = :id")
                .param("id", dispatcher.id())
                .update();
    }

    private String path() {
        return "/api/v1/dispatchers/" + dispatcher.id();
    }
}
