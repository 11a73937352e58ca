package dev.kohakku.controller.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

@ControllerTest
@TestPropertySource(
        properties = {"REDIS_URL=redis://127.0.0.1:1", "MINIO_ENDPOINT=http://127.0.0.1:1"})
class ExplainQueueAwayIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;

    @Test
    void whileTheQueueIsAwayThatIsTheExplanationBeforeAndAfterAdmission() {
        var tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        TestingDispatcher.of(environment).checkIn();
        var explanations = TestingExplanations.of(environment);
        var pending = tasks.submit();
        var queued = tasks.submitQueued().task();

        assertThat(explanations.waiting(pending).kind()).isEqualTo(WaitingKind.QUEUE_AWAY);
        assertThat(explanations.waiting(pending).data().get("reason").asString()).isNotBlank();
        assertThat(explanations.waiting(queued).kind()).isEqualTo(WaitingKind.QUEUE_AWAY);
    }
}
