package dev.kohakku.controller.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.loop.LoopDrill;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/** A Controller that runs all of its loops and jobs, on engines of which Temporal is away. */
@ControllerTest
@DirtiesContext
@TestPropertySource(properties = "KOHAKKU_ROLES=api,worker")
class EveryLoopIT {

    @Autowired Environment environment;
    @Autowired List<RoleLoop> loops;

    @Test
    void everyLoopStopsInTimeAtAnyMomentAndLeavesNoThread() throws Exception {
        assertThat(loops).hasSizeGreaterThan(12);
        assertThat(loops.stream().map(each -> each.loop().name())).doesNotHaveDuplicates();

        for (var each : loops) {
            LoopDrill.drill(each.loop());
        }
    }

    @Test
    void everyBackgroundJobRunsAndIsShown() {
        var client = TestingClient.of(environment);

        await().atMost(Duration.ofMinutes(1))
                .until(() ->
                        !client.get("/api/v1/jobs").body().contains("\"last_success_at\":null"));

        var jobs = client.get("/api/v1/jobs?queue=cleanup").json().get("items");
        assertThat(jobs.findValuesAsString("name"))
                .containsExactly(
                        "ended-task-remover",
                        "idempotency-key-remover",
                        "old-prefetch-remover",
                        "removed-object-remover",
                        "resolved-leak-remover",
                        "settled-letter-remover");
        assertThat(jobs.findValuesAsString("overdue")).containsOnly("false");
        assertThat(client.get("/api/v1/jobs?queue=default").json().get("items")).isEmpty();
        assertThat(client.get("/api/v1/jobs?queue=clean").status()).isEqualTo(400);
        assertThat(client.get("/api/v1/jobs?name=x").status()).isEqualTo(400);
        assertThat(client.get("/actuator/prometheus").body())
                .contains("kohakku_jobs_failing{queue=\"cleanup\"} 0.0");
    }
}
