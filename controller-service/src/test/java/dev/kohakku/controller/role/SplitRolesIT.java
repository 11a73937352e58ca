package dev.kohakku.controller.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.ControllerApplication;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/** A Controller that only answers, and a worker whose Enqueuer never looks by itself. */
@ControllerTest
// why a context of its own: one that others have left was paused, and its wakes ended for good.
@TestPropertySource(properties = "spring.application.name=split-roles")
@DirtiesContext
class SplitRolesIT {

    private static final Duration PATIENT = Duration.ofSeconds(90);

    @Autowired ConfigurableEnvironment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Wakes wakes;

    @Test
    void aTaskThatOneProcessAcceptsIsQueuedByAnotherWithoutItsInterval() {
        var tasks = new TestingTasks(environment, jdbc);
        try (var worker = worker()) {
            TestingDispatcher.of(environment).checkedIn();
            awaitHearing(worker, tasks);

            var second = tasks.submit();

            await().atMost(PATIENT).until(() -> tasks.state(second) == TaskState.QUEUED);
            assertThat(tasks.outboxRows(second)).isZero();
        }
    }

    /** A wake before the worker listens is lost, as it may be: it is repeated until it is heard. */
    private void awaitHearing(ConfigurableApplicationContext worker, TestingTasks tasks) {
        assertThat(worker.isRunning()).isTrue();
        var first = tasks.submit();
        await().atMost(PATIENT)
                .until(() -> {
                    wakes.wake(Topic.DISPATCH);
                    return tasks.state(first) == TaskState.QUEUED;
                });
    }

    private ConfigurableApplicationContext worker() {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "--server.port=0",
                                "--kohakku.dispatch.interval=1h",
                                "--kohakku.dispatch.taken-for=2h"));
        var engines =
                (EnumerablePropertySource<?>)
                        environment.getPropertySources().get("embedded-engines");
        for (var name : engines.getPropertyNames()) {
            arguments.add("--" + name + "=" + engines.getProperty(name));
        }
        arguments.removeIf(each -> each.startsWith("--KOHAKKU_ROLES="));
        arguments.addAll(List.of("--KOHAKKU_ROLES=worker", "--WORKER_QUEUES=dispatch"));
        return new SpringApplicationBuilder(ControllerApplication.class)
                .run(arguments.toArray(String[]::new));
    }
}
