package dev.kohakku.controller.attempt;

import static dev.kohakku.controller.testing.TestingDispatcher.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class ClaimIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    TestingTasks tasks;
    TestingDispatcher dispatcher;

    @BeforeEach
    void clear() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        dispatcher = TestingDispatcher.of(environment).checkedIn();
    }

    @Test
    void aClaimAnswersEverythingAnOwnerNeeds() {
        var attempt = tasks.submitQueued(",\"command\":[\"true\"],\"start_timeout_seconds\":100");

        var claimed = dispatcher.claim(attempt.task(), 1);

        assertThat(claimed.epoch()).isEqualTo(new Epoch(1));
        assertThat(claimed.state()).isEqualTo(TaskState.PROVISIONING);
        assertThat(claimed.spec().command()).containsExactly("true");
        assertThat(claimed.brief()).isEqualTo(BriefRef.of(attempt.task(), "0".repeat(64)));
        assertThat(claimed.secrets()).isEmpty();
        assertThat(claimed.claimedAt()).isNotNull();
        var row = tasks.row(attempt.task());
        assertThat(row.get("state")).isEqualTo("PROVISIONING");
        assertThat(row.get("dispatcher_id")).isEqualTo(dispatcher.id());
        assertThat(row.get("dispatcher_instance")).isEqualTo(dispatcher.instance());
        var record = tasks.attempt(attempt);
        assertThat(record.get("epoch")).isEqualTo(1L);
        assertThat(record.get("scope")).isEqualTo("engine-1");
        assertThat(record.get("callback_token_sha256"))
                .isEqualTo(CallbackTokens.sha256(claimed.callbackToken()));
        assertThat(
                        jdbc.sql(
                                        """
                                        select deadline_at between now() + interval '150 s' and now() + interval '160 s'
                                        from tasks where id = :id
                                        """)
                                .param("id", attempt.task().value())
                                .query(Boolean.class)
                                .single())
                .isTrue();
    }

    @Test
    void aRepeatedClaimKeepsTheEpochAndVoidsTheToken() {
        var attempt = tasks.submitQueued();
        var first = dispatcher.claim(attempt.task(), 1);

        var second = dispatcher.claim(attempt.task(), 1);

        assertThat(second.epoch()).isEqualTo(first.epoch());
        assertThat(second.claimedAt()).isEqualTo(first.claimedAt());
        assertThat(second.callbackToken()).isNotEqualTo(first.callbackToken());
        assertThat(tasks.attempt(attempt).get("callback_token_sha256"))
                .isEqualTo(CallbackTokens.sha256(second.callbackToken()));
        assertThat(tasks.timeline(attempt.task())).containsExactly("PENDING", "PROVISIONING");
    }

    @ParameterizedTest
    @EnumSource(names = {"PROVISIONING", "RUNNING", "CANCELLING"})
    void aNewProcessOfTheOwnerTakesOverUnderAHigherEpoch(TaskState state) {
        var attempt = tasks.submitQueued();
        var first = dispatcher.claim(attempt.task(), 1);
        tasks.set(attempt.task(), "state = '" + state + "'");
        var restarted = dispatcher.restarted().checkedIn();

        var claimed = restarted.claim(attempt.task(), 1);

        assertThat(claimed.epoch()).isEqualTo(new Epoch(2));
        assertThat(claimed.state()).isEqualTo(state);
        assertThat(claimed.claimedAt()).isEqualTo(first.claimedAt());
        assertThat(tasks.attempt(attempt).get("epoch")).isEqualTo(2L);
        assertThat(tasks.timeline(attempt.task()))
                .containsExactly("PENDING", "PROVISIONING", "claimed_again");
        assertThat(refusalOf(() -> dispatcher.claim(attempt.task(), 1)))
                .isEqualTo("404 dispatcher-unknown");
    }

    @Test
    void whereTheContainerIsIsRecordedByTheFirstClaimThatKnows() {
        var attempt = tasks.submitQueued();
        in("unknown").claim(attempt.task(), 1);
        assertThat(tasks.attempt(attempt).get("scope")).isNull();

        in("engine-2").claim(attempt.task(), 1);
        in("unknown").claim(attempt.task(), 1);
        assertThat(tasks.attempt(attempt).get("scope")).isEqualTo("engine-2");

        var started = in("engine-2");
        started.report(attempt, started.claim(attempt.task(), 1).epoch(), 1, running("engine-2"));
        in("unknown").claim(attempt.task(), 1);
        assertThat(tasks.attempt(attempt).get("scope")).isEqualTo("engine-2");
    }

    private TestingDispatcher in(String scope) {
        return dispatcher.with(new BackendStatus(RuntimeType.LOCAL, scope, true, null)).checkedIn();
    }

    private static AttemptEvent running(String scope) {
        return new AttemptEvent.Running(Instant.parse("2030-01-01T00:00:00Z"), "c-1", scope);
    }

    @ParameterizedTest
    @EnumSource(names = {"PROVISIONING", "RUNNING", "CANCELLING"})
    void aProcessThatCameBackOnAnotherEngineIsRefusedWhatItCannotReach(TaskState state) {
        var attempt = tasks.submitQueued();
        dispatcher.claim(attempt.task(), 1);
        tasks.set(attempt.task(), "state = '" + state + "'");
        var elsewhere =
                dispatcher
                        .restarted()
                        .with(new BackendStatus(RuntimeType.LOCAL, "engine-2", true, null))
                        .checkedIn();

        assertThat(refusalOf(() -> elsewhere.claim(attempt.task(), 1)))
                .isEqualTo("409 target-not-served");
        assertThat(tasks.row(attempt.task())).containsEntry("epoch", 1L);
    }

    @ParameterizedTest
    @EnumSource(names = {"PROVISIONING", "RUNNING", "CANCELLING"})
    void aProcessThatCameBackWithoutTheBackendIsRefusedWhatItCannotLookAfter(TaskState state) {
        var attempt = tasks.submitQueued();
        dispatcher.claim(attempt.task(), 1);
        tasks.set(attempt.task(), "state = '" + state + "'");
        var without =
                dispatcher
                        .restarted()
                        .with(new BackendStatus(RuntimeType.K8S, "c", true, null))
                        .checkedIn();

        assertThat(refusalOf(() -> without.claim(attempt.task(), 1)))
                .isEqualTo("409 target-not-served");
        assertThat(tasks.row(attempt.task())).containsEntry("epoch", 1L);
    }

    @Test
    void aProcessWhoseEngineIsAwayMayTakeItsAttemptsBack() {
        var attempt = tasks.submitQueued();
        dispatcher.claim(attempt.task(), 1);
        var waiting =
                dispatcher
                        .with(new BackendStatus(RuntimeType.LOCAL, "unknown", false, "starts"))
                        .checkedIn();

        assertThat(waiting.claim(attempt.task(), 1).epoch()).isEqualTo(new Epoch(2));
    }

    @Test
    void aProcessWhoseLeaseIsOverIsToldToCheckInAgain() {
        var attempt = tasks.submitQueued();
        jdbc.sql("update dispatchers set lease_expires_at = now()").update();

        assertThat(refusalOf(() -> dispatcher.claim(attempt.task(), 1)))
                .isEqualTo("404 dispatcher-unknown");
        dispatcher.checkIn();
        assertThat(dispatcher.claim(attempt.task(), 1).epoch()).isEqualTo(new Epoch(1));
    }

    @Test
    void anotherDispatcherIsRefused() {
        var attempt = tasks.submitQueued();
        dispatcher.claim(attempt.task(), 1);

        assertThat(refusalOf(() -> dispatcher.beside().checkedIn().claim(attempt.task(), 1)))
                .isEqualTo("409 attempt-owned");
    }

    @Test
    void whatIsNotOnAQueueIsRefused() {
        var attempt = tasks.submitQueued();
        assertThat(refusalOf(() -> dispatcher.claim(attempt.task(), 2)))
                .isEqualTo("409 attempt-pending");
        tasks.set(attempt.task(), "state = 'PENDING'");
        assertThat(refusalOf(() -> dispatcher.claim(attempt.task(), 1)))
                .isEqualTo("409 attempt-pending");
        tasks.set(attempt.task(), "state = 'QUEUED', attempt = 2");
        assertThat(refusalOf(() -> dispatcher.claim(attempt.task(), 1)))
                .isEqualTo("409 attempt-superseded");
        for (var end : List.of("COMPLETED", "FAILED", "TIMED_OUT", "CANCELLED")) {
            tasks.set(attempt.task(), "attempt = 1, state = '" + end + "'");
            assertThat(refusalOf(() -> dispatcher.claim(attempt.task(), 1)))
                    .isEqualTo("409 attempt-ended");
        }
        assertThat(refusalOf(() -> dispatcher.claim(new TaskId(UUID.randomUUID()), 1)))
                .isEqualTo("404 task-unknown");
    }

    @Test
    void aDispatcherThatHasNotCheckedInIsToldTo() {
        var attempt = tasks.submitQueued();

        assertThat(refusalOf(() -> TestingDispatcher.of(environment).claim(attempt.task(), 1)))
                .isEqualTo("404 dispatcher-unknown");
        assertThat(tasks.state(attempt.task())).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void aClaimThatCannotBeServedPutsTheAttemptBack() {
        var attempt = tasks.submitQueued();
        var other =
                dispatcher.with(new BackendStatus(RuntimeType.K8S, "c", true, null)).checkedIn();

        assertThat(refusalOf(() -> other.claim(attempt.task(), 1)))
                .isEqualTo("409 target-not-served");

        assertThat(tasks.state(attempt.task())).isEqualTo(TaskState.QUEUED);
        assertThat(tasks.outboxRows(attempt.task())).isOne();
    }

    @Test
    void aClaimForABackendThatIsNotHealthyPutsTheAttemptBackForOthers() {
        var attempt = tasks.submitQueued();
        var other = dispatcher.beside().checkedIn();
        var sick =
                dispatcher
                        .with(
                                new BackendStatus(RuntimeType.K8S, "c", true, null),
                                new BackendStatus(RuntimeType.LOCAL, "engine-1", false, "hangs"))
                        .checkedIn();

        assertThat(refusalOf(() -> sick.claim(attempt.task(), 1)))
                .isEqualTo("409 target-not-served");

        assertThat(tasks.state(attempt.task())).isEqualTo(TaskState.QUEUED);
        assertThat(tasks.outboxRows(attempt.task())).isOne();
        assertThat(other.claim(attempt.task(), 1).epoch()).isEqualTo(new Epoch(1));
    }

    @Test
    void aClaimNamesEveryWrongField() {
        var attempt = tasks.submitQueued();
        var answer =
                TestingClient.of(environment)
                        .asDispatcher()
                        .post(
                                "/api/v1/tasks/" + attempt.task() + "/attempts/1/claim/",
                                "{\"dispatcher_id\":\"a b\"}");

        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.json().get("errors").valueStream().map(e -> e.get("field").asString()))
                .containsExactlyInAnyOrder("dispatcher_id", "instance");
        assertThat(
                        TestingClient.of(environment)
                                .asDispatcher()
                                .post(
                                        "/api/v1/tasks/" + attempt.task() + "/attempts/1/claim/",
                                        "{\"dispatcher_id\":\"a\",\"instance\":\"b\",\"more\":1}")
                                .status())
                .isEqualTo(400);
    }

    @Test
    void ofEightDispatchersOneBecomesTheOwner() throws Exception {
        var dispatchers = Stream.generate(() -> dispatcher.beside().checkedIn()).limit(8).toList();
        for (var round = 0; round < 10; round++) {
            var attempt = tasks.submitQueued();
            var together = new CyclicBarrier(8);
            var answers = new ArrayList<Future<String>>();
            try (var pool = Executors.newFixedThreadPool(8)) {
                for (var claimer : dispatchers) {
                    answers.add(
                            pool.submit(() -> {
                                together.await();
                                return refusalOf(() -> claimer.claim(attempt.task(), 1));
                            }));
                }
            }
            var refusals = new ArrayList<String>();
            for (var answer : answers) {
                refusals.add(answer.get());
            }
            assertThat(refusals).filteredOn("none"::equals).hasSize(1);
            assertThat(refusals).filteredOn("409 attempt-owned"::equals).hasSize(7);
            assertThat(tasks.row(attempt.task()).get("epoch")).isEqualTo(1L);
        }
    }

    @Test
    void aClaimAndACancelAtOnceEndInOneOfTwoWays() throws Exception {
        for (var round = 0; round < 20; round++) {
            var attempt = tasks.submitQueued();
            var together = new CyclicBarrier(2);
            Future<String> claim;
            Future<String> cancel;
            try (var pool = Executors.newFixedThreadPool(2)) {
                claim =
                        pool.submit(() -> {
                            together.await();
                            return refusalOf(() -> dispatcher.claim(attempt.task(), 1));
                        });
                cancel =
                        pool.submit(() -> {
                            together.await();
                            return tasks.cancel(attempt.task()).json().get("state").asString();
                        });
            }
            assertThat(List.of(claim.get(), cancel.get()))
                    .isIn(List.of("none", "CANCELLING"), List.of("409 attempt-ended", "CANCELLED"));
        }
    }

    @Test
    void neitherTokenNorSecretsShowInText() {
        var attempt = tasks.submitQueued();
        Claimed claimed = dispatcher.claim(attempt.task(), 1);

        assertThat(claimed.toString()).doesNotContain(claimed.callbackToken());
        assertThat(new AttemptProperties("the-key", Duration.ZERO).toString())
                .doesNotContain("the-key");
    }
}
