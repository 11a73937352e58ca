package dev.kohakku.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class TransitionsIT {

    private static final Duration HOUR = Duration.ofHours(1);

    @Autowired Environment environment;
    @Autowired Transitions transitions;
    @Autowired JdbcClient jdbc;
    TaskId task;

    @BeforeEach
    void submit() {
        var answer =
                TestingClient.of(environment)
                        .post(
                                "/api/v1/tasks",
                                "{\"name\":\"n\",\"image\":\"b\",\"callback_url\":\"http://h/\"}");
        task = TaskId.parse(answer.json().get("id").asString());
    }

    static Stream<Arguments> moves() {
        return Arrays.stream(TaskState.values())
                .flatMap(from -> from.next().stream().map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("moves")
    void everyMoveOfTheTableCanBeMade(TaskState from, TaskState to) {
        stand(from);

        assertThat(transitions.apply(move(to, null))).isTrue();

        assertThat(state()).isEqualTo(to);
        assertThat(attemptState()).isEqualTo(to);
        assertThat(event().get("from_state")).isEqualTo(from.name());
        assertThat(event().get("to_state")).isEqualTo(to.name());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void noOtherMoveCanBeMade(TaskState from, TaskState to) {
        stand(from);
        var events = events();

        assertThat(transitions.apply(move(to, null))).isFalse();

        assertThat(state()).isEqualTo(from);
        assertThat(events()).isEqualTo(events);
    }

    static Stream<Arguments> pairs() {
        return Arrays.stream(TaskState.values())
                .flatMap(from ->
                        Arrays.stream(TaskState.values())
                                .filter(to -> !from.next().contains(to))
                                .map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @EnumSource(TaskState.class)
    void aStateHasADeadlineExactlyWhileItIsNotTerminal(TaskState to) {
        stand(to.previous().iterator().next());

        transitions.apply(move(to, null));

        assertThat(
                        jdbc.sql("select deadline_at is not null from tasks where id = :id")
                                .param("id", task.value())
                                .query(Boolean.class)
                                .single())
                .isEqualTo(!to.isTerminal());
    }

    @Test
    void ofTwoWritersOneWins() throws Exception {
        for (var round = 0; round < 10; round++) {
            submit();
            var together = new CyclicBarrier(2);
            var ends = List.of(TaskState.CANCELLED, TaskState.TIMED_OUT);
            var won = new ArrayList<Future<Boolean>>();
            try (var pool = Executors.newFixedThreadPool(2)) {
                for (var end : ends) {
                    won.add(
                            pool.submit(() -> {
                                together.await();
                                return transitions.apply(move(end, null));
                            }));
                }
            }

            assertThat(won.get(0).get()).isNotEqualTo(won.get(1).get());
            assertThat(state()).isEqualTo(ends.get(won.get(0).get() ? 0 : 1));
            assertThat(events()).isEqualTo(2);
        }
    }

    @Test
    void aWriterBehindAnOldFenceChangesNothing() {
        stand(TaskState.RUNNING);
        jdbc.sql("update tasks set attempt = 2, epoch = 5 where id = :id")
                .param("id", task.value())
                .update();

        for (var old :
                List.of(
                        new Fence(1, new Epoch(5)),
                        new Fence(2, new Epoch(4)),
                        new Fence(2, new Epoch(6)))) {
            assertThat(transitions.apply(move(TaskState.COMPLETED, old))).isFalse();
        }
        assertThat(state()).isEqualTo(TaskState.RUNNING);
        assertThat(transitions.apply(move(TaskState.COMPLETED, new Fence(2, new Epoch(5)))))
                .isTrue();
    }

    @Test
    void anEndIsRecordedAndTheOnesWhoWaitAreToBeTold() {
        stand(TaskState.RUNNING);

        transitions.apply(
                Transition.end(
                        TaskState.FAILED,
                        task,
                        null,
                        "test",
                        new Transition.Ending(
                                3, FailureKind.EXIT_CODE, "exit 3", "results/x", Map.of("a", 1))));

        var row = row("select * from tasks where id = :id");
        assertThat(row.get("exit_code")).isEqualTo(3);
        assertThat(row.get("failure_kind")).isEqualTo("EXIT_CODE");
        assertThat(row.get("finished_at")).isNotNull();
        assertThat(row("select * from attempts where task_id = :id").get("error_message"))
                .isEqualTo("exit 3");
        assertThat(row("select * from task_end_outbox where task_id = :id").get("target"))
                .isEqualTo("http://h/");
    }

    @Test
    void aRetryKeepsTheOldAttemptAndBeginsAnother() {
        stand(TaskState.RUNNING);
        jdbc.sql("delete from dispatch_outbox where task_id = :id")
                .param("id", task.value())
                .update();
        jdbc.sql(
                        "update tasks set epoch = 4, dispatcher_id = 'd', claimed_at = now() where id = :id")
                .param("id", task.value())
                .update();
        var ending = Transition.Ending.because(FailureKind.CONTAINER_VANISHED, "gone");

        assertThat(transitions.retry(retry(new Fence(1, new Epoch(3)), ending))).isFalse();
        assertThat(transitions.retry(retry(new Fence(1, new Epoch(4)), ending))).isTrue();

        var row = row("select * from tasks where id = :id");
        assertThat(row.get("state")).isEqualTo("PENDING");
        assertThat(row.get("attempt")).isEqualTo(2);
        assertThat(row.get("epoch")).isEqualTo(0L);
        assertThat(row.get("dispatcher_id")).isNull();
        assertThat(row.get("failure_kind")).isNull();
        var first = row("select * from attempts where task_id = :id and number = 1");
        assertThat(first.get("state")).isEqualTo("FAILED");
        assertThat(first.get("failure_kind")).isEqualTo("CONTAINER_VANISHED");
        assertThat(row("select * from attempts where task_id = :id and number = 2").get("state"))
                .isEqualTo("PENDING");
        assertThat(
                        row(
                                "select attempt, available_at > now() + interval '20 s' as later from dispatch_outbox where task_id = :id"))
                .isEqualTo(Map.of("attempt", 2, "later", true));
        assertThat(transitions.retry(retry(null, ending))).isFalse();
    }

    private Retry retry(Fence fence, Transition.Ending ending) {
        return new Retry(
                task, fence, "test", TaskState.FAILED, ending, Duration.ofSeconds(30), HOUR);
    }

    private Transition move(TaskState to, Fence fence) {
        return to.isTerminal()
                ? Transition.end(to, task, fence, "test", Transition.Ending.PLAIN)
                : Transition.to(to, task, fence, HOUR, "test");
    }

    private void stand(TaskState state) {
        jdbc.sql("update tasks set state = :state where id = :id")
                .param("id", task.value())
                .param("state", state.name())
                .update();
    }

    private TaskState state() {
        return TaskState.valueOf(
                (String) row("select state from tasks where id = :id").get("state"));
    }

    private TaskState attemptState() {
        return TaskState.valueOf(
                (String) row("select state from attempts where task_id = :id").get("state"));
    }

    private Map<String, Object> event() {
        return row("select * from task_events where task_id = :id order by id desc limit 1");
    }

    private long events() {
        return (long) row("select count(*) as n from task_events where task_id = :id").get("n");
    }

    private Map<String, Object> row(String sql) {
        return jdbc.sql(sql).param("id", task.value()).query().singleRow();
    }
}
