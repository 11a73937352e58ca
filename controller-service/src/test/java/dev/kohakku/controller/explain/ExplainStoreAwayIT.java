package dev.kohakku.controller.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

@ControllerTest
@TestPropertySource(properties = "MINIO_ENDPOINT=http://127.0.0.1:1")
class ExplainStoreAwayIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired WorkerLoop enqueuerLoop;

    @Test
    void aTaskWhoseBriefCannotBeStoredWaitsForTheStore() throws Exception {
        var tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        TestingDispatcher.of(environment).checkIn();
        var task = tasks.submit();

        enqueuerLoop.loop().tick();

        var waiting = TestingExplanations.of(environment).waiting(task);
        assertThat(waiting.kind()).isEqualTo(WaitingKind.STORE_AWAY);
        assertThat(waiting.message()).startsWith("The brief cannot be stored now: ");
    }
}
