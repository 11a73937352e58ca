package dev.kohakku.controller.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class DeadlineWatcherIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired DeadlineWatcher watcher;
    TestingTasks tasks;

    @BeforeEach
    void clear() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
    }

    @ParameterizedTest
    @EnumSource(names = {"PENDING", "QUEUED"})
    void aTaskThatWaitedTooLongTimesOutAndSaysWhichTimeout(TaskState state) {
        var task = tasks.submit(",\"queue_timeout_seconds\":30");
        tasks.set(
                task,
                "deadline_at = now(), waiting_reason = 'nobody is there', state = '" + state + "'");

        assertThat(watcher.round()).isFalse();

        var row = tasks.row(task);
        assertThat(row.get("state")).isEqualTo("TIMED_OUT");
        assertThat(row.get("failure_kind")).isEqualTo("QUEUE_TIMEOUT");
        assertThat(row.get("error_message"))
                .isEqualTo(
                        "The task waited for longer than its queue_timeout_seconds, 30: nobody is there");
        assertThat(tasks.outboxRows(task)).isZero();
    }

    @Test
    void aTaskPastItsExpiryTimesOutAsExpired() {
        var expiry = Instant.now().plusSeconds(3_600);
        var task = tasks.submit(",\"expires_at\":\"" + expiry + "\"");
        tasks.set(task, "expires_at = now()");

        watcher.round();

        var row = tasks.row(task);
        assertThat(row.get("state")).isEqualTo("TIMED_OUT");
        assertThat(row.get("failure_kind")).isEqualTo("EXPIRED");
        assertThat((String) row.get("error_message")).contains("expires_at", expiry.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"PROVISIONING", "RUNNING", "CANCELLING"})
    void anOwnedTaskIsNotItsBusiness(TaskState state) {
        var task = tasks.submit();
        tasks.set(task, "deadline_at = now(), expires_at = now(), state = '" + state + "'");

        watcher.round();

        assertThat(tasks.state(task)).isEqualTo(state);
    }

    @Test
    void aTaskThatMayStillWaitIsLeftAlone() {
        var task = tasks.submit(",\"queue_timeout_seconds\":30");

        watcher.round();

        assertThat(tasks.state(task)).isEqualTo(TaskState.PENDING);
    }

    @Test
    void twoWatchersEndEachTaskOnce() throws Exception {
        var waiting = Stream.generate(tasks::submit).limit(50).toList();
        waiting.forEach(task -> tasks.set(task, "deadline_at = now()"));
        try (var pool = Executors.newFixedThreadPool(2)) {
            Callable<Boolean> work = watcher::round;
            for (var done : pool.invokeAll(Stream.of(work, work).toList())) {
                assertThat(done.get()).isFalse();
            }
        }
        watcher.round();

        assertThat(waiting.stream().map(tasks::timeline).collect(Collectors.toSet()))
                .containsExactly(List.of("PENDING", "TIMED_OUT"));
    }
}
