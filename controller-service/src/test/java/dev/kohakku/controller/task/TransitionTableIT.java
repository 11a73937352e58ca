package dev.kohakku.controller.task;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.controller.dispatch.Queues;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingPresence;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Every row of the table in {@link TaskState} is there because somebody makes that move: the API, a
 * loop, or a dispatcher. A new row fails here until its way is written down, and so does a way
 * whose row is gone.
 */
@ControllerTest
class TransitionTableIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Queues queues;

    @Autowired
    @Qualifier("enqueuerLoop")
    WorkerLoop enqueuer;

    @Autowired
    @Qualifier("deadlineWatcherLoop")
    WorkerLoop deadlineWatcher;

    @Autowired
    @Qualifier("attemptRescuerLoop")
    WorkerLoop rescuer;

    @Autowired
    @Qualifier("deadLetterLoop")
    WorkerLoop deadLetters;

    TestingTasks tasks;
    TestingDispatcher dispatcher;
    TaskId task;
    String token;

    /** A row of the table. */
    record Move(TaskState from, TaskState to) {}

    /** Who makes a move, for a task that stands before it. */
    interface Way {
        void take() throws Exception;
    }

    private final Map<Move, Way> ways =
            Map.ofEntries(
                    way("PENDING", "QUEUED", () -> enqueuer.loop().tick()),
                    way("PENDING", "FAILED", this::makeUnwritableAndEnqueue),
                    way("PENDING", "TIMED_OUT", this::missTheDeadline),
                    way("PENDING", "CANCELLED", () -> tasks.cancel(task)),
                    way("QUEUED", "PROVISIONING", this::claim),
                    way("QUEUED", "FAILED", this::poison),
                    way("QUEUED", "TIMED_OUT", this::missTheDeadline),
                    way("QUEUED", "CANCELLED", () -> tasks.cancel(task)),
                    way("PROVISIONING", "PENDING", this::loseTheOwner),
                    way("PROVISIONING", "RUNNING", this::reportRunning),
                    way("PROVISIONING", "CANCELLING", () -> tasks.cancel(task)),
                    way("PROVISIONING", "COMPLETED", () -> report("completed")),
                    way("PROVISIONING", "FAILED", () -> report("failed")),
                    way("PROVISIONING", "TIMED_OUT", () -> report("timed_out")),
                    way("RUNNING", "PENDING", this::reportWhatAnotherTryMends),
                    way("RUNNING", "CANCELLING", () -> tasks.cancel(task)),
                    way("RUNNING", "COMPLETED", () -> report("completed")),
                    way("RUNNING", "FAILED", () -> report("failed")),
                    way("RUNNING", "TIMED_OUT", () -> report("timed_out")),
                    way("CANCELLING", "COMPLETED", () -> report("completed")),
                    way("CANCELLING", "FAILED", () -> report("failed")),
                    way("CANCELLING", "TIMED_OUT", () -> report("timed_out")),
                    way("CANCELLING", "CANCELLED", () -> report("cancelled")));

    private static Map.Entry<Move, Way> way(String from, String to, Way way) {
        return entry(new Move(TaskState.valueOf(from), TaskState.valueOf(to)), way);
    }

    static Stream<Move> table() {
        return Arrays.stream(TaskState.values())
                .flatMap(from -> from.next().stream().map(to -> new Move(from, to)));
    }

    @BeforeEach
    void submit() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        dispatcher = TestingDispatcher.of(environment).checkedIn();
        task = tasks.submit(",\"max_attempts\":2");
    }

    @Test
    void theTableAndTheWaysNameTheSameMoves() {
        assertThat(ways.keySet())
                .as("every row of TaskState.next() needs a way here, and every way a row")
                .containsExactlyInAnyOrderElementsOf(table().toList());
    }

    @ParameterizedTest
    @MethodSource("table")
    void everyRowIsTakenBySomebody(Move move) throws Exception {
        goTo(move.from());
        assertThat(tasks.state(task)).isEqualTo(move.from());

        ways.getOrDefault(move, () -> {}).take();

        assertThat(lastMove()).isEqualTo(move);
        assertThat(tasks.state(task)).isEqualTo(move.to());
    }

    /** Leads the task to a state as it gets there in life. */
    private void goTo(TaskState state) throws Exception {
        switch (state) {
            case PENDING -> {}
            case QUEUED -> enqueuer.loop().tick();
            case PROVISIONING -> {
                goTo(TaskState.QUEUED);
                claim();
            }
            case RUNNING -> {
                goTo(TaskState.PROVISIONING);
                reportRunning();
            }
            case CANCELLING -> {
                goTo(TaskState.RUNNING);
                tasks.cancel(task);
            }
            case COMPLETED, FAILED, TIMED_OUT, CANCELLED ->
                    throw new IllegalArgumentException("nothing follows " + state);
        }
    }

    private void makeUnwritableAndEnqueue() throws Exception {
        tasks.set(task, "spec = jsonb_set(spec, '{context}', '{\"n\":1e400}')");
        enqueuer.loop().tick();
    }

    private void missTheDeadline() throws Exception {
        tasks.set(task, "deadline_at = now()");
        deadlineWatcher.loop().tick();
    }

    private void claim() {
        token = dispatcher.claim(task, 1).callbackToken();
    }

    private void poison() throws Exception {
        var queue = queues.named(dispatcher.queue());
        queue.take(1, Duration.ZERO);
        queue.take(1, Duration.ZERO);
        while (queue.deadLetters(1).isEmpty()) {
            queue.takeOver(1, Duration.ZERO, Set.of());
        }
        deadLetters.loop().tick();
    }

    private void loseTheOwner() throws Exception {
        new TestingPresence(jdbc).lasting(Duration.ofHours(1));
        jdbc.sql("update dispatchers set lease_expires_at = now() - interval '1 hour'").update();
        dispatcher.elsewhere().checkedIn();
        rescuer.loop().tick();
    }

    private void reportRunning() {
        dispatcher.report(
                new AttemptId(task, 1),
                new Epoch(1),
                1,
                new AttemptEvent.Running(Instant.EPOCH, "c-1", "engine-1"));
    }

    private void report(String status) {
        callback("\"" + status + "\"");
    }

    private void reportWhatAnotherTryMends() {
        callback("\"failed\",\"failure_kind\":\"CONTAINER_VANISHED\"");
    }

    private void callback(String status) {
        dispatcher.callback(
                task,
                token,
                "{\"task_id\":\""
                        + task
                        + "\",\"attempt\":1,\"epoch\":1,\"completed_at\":\"2030-01-01T00:00:00Z\",\"status\":"
                        + status
                        + "}");
    }

    private Move lastMove() {
        return jdbc.sql(
                        """
                        select from_state, to_state from task_events
                        where task_id = :id and type = 'state' order by id desc limit 1
                        """)
                .param("id", task.value())
                .query((row, number) ->
                        new Move(
                                TaskState.valueOf(row.getString("from_state")),
                                TaskState.valueOf(row.getString("to_state"))))
                .single();
    }
}
