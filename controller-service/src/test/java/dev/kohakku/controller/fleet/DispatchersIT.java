package dev.kohakku.controller.fleet;

import static dev.kohakku.controller.testing.TestingDispatcher.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingHealth;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class DispatchersIT {

    private static final String TAKEN = "409 dispatcher-id-taken";

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    TestingTasks tasks;
    TestingDispatcher dispatcher;

    @BeforeEach
    void clear() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        dispatcher = TestingDispatcher.of(environment);
    }

    @Test
    void aCheckInAnswersTheTermsAndShowsInTheFleet() {
        var answer = dispatcher.checkIn();

        assertThat(answer.heartbeatEvery()).isEqualTo(Duration.ofSeconds(5));
        assertThat(answer.lease()).isEqualTo(Duration.ofSeconds(15));
        assertThat(answer.owned()).isEmpty();
        var attempt = tasks.submitQueued();
        dispatcher.claim(attempt.task(), 1);
        dispatcher.heartbeat();
        var shown = TestingClient.of(environment).get("/api/v1/dispatchers").json().get("items");
        assertThat(shown.size()).isOne();
        assertThat(shown.get(0).get("id").asString()).isEqualTo(dispatcher.id());
        assertThat(shown.get(0).get("lease_state").asString()).isEqualTo("LIVE");
        assertThat(shown.get(0).get("running").asInt()).isOne();
        assertThat(shown.get(0).get("free_slots").asInt()).isEqualTo(3);
        assertThat(shown.get(0).get("backends").get(0).get("type").asString()).isEqualTo("local");
        expireLease();
        assertThat(
                        TestingClient.of(environment)
                                .get("/api/v1/dispatchers")
                                .json()
                                .at("/items/0/lease_state")
                                .asString())
                .isEqualTo("EXPIRED");
    }

    @Test
    void theSameProcessMayCheckInAgain() {
        dispatcher.checkIn();
        assertThat(dispatcher.checkIn().owned()).isEmpty();
        assertThat(refusalOf(dispatcher::heartbeat)).isEqualTo("none");
    }

    @Test
    void aSecondProcessIsRefusedWhileTheFirstAnswersAsItself() throws Exception {
        try (var address = new TestingHealth()) {
            var first = dispatcher.at(address.url());
            address.answers("{\"status\":\"alive\",\"instance\":\"" + first.instance() + "\"}");
            first.checkIn();

            assertThat(refusalOf(() -> first.restarted().checkIn())).isEqualTo(TAKEN);
            assertThat(refusalOf(() -> dispatcher.at("http://127.0.0.1:2").checkIn()))
                    .isEqualTo(TAKEN);
            assertThat(refusalOf(first::heartbeat)).isEqualTo("none");
        }
    }

    @Test
    void aDispatcherThatWasKilledAndStartedAgainNeedNotWaitForItsLease() throws Exception {
        try (var address = new TestingHealth()) {
            var killed = dispatcher.at(address.url()).checkedIn();
            var attempt = tasks.submitQueued();
            killed.claim(attempt.task(), 1);
            var next = killed.restarted();
            address.answers("{\"status\":\"alive\",\"instance\":\"" + next.instance() + "\"}");

            assertThat(next.checkIn().owned())
                    .containsExactly(new AttemptRef(attempt.task(), 1, new Epoch(1)));
            assertThat(refusalOf(killed::heartbeat)).isEqualTo("404 dispatcher-unknown");
        }
    }

    @Test
    void anAddressThatDoesNotNameItsProcessCountsAsTheHoldersUnlessItIsTheNewcomers()
            throws Exception {
        try (var address = new TestingHealth()) {
            address.answers("{\"status\":\"alive\"}");
            var first = dispatcher.at(address.url()).checkedIn();

            assertThat(refusalOf(() -> dispatcher.at("http://127.0.0.1:2").checkIn()))
                    .isEqualTo(TAKEN);
            assertThat(refusalOf(() -> first.restarted().checkIn())).isEqualTo("none");
        }
    }

    @Test
    void whoWasDisplacedDoesNotGetTheIdBackWhileTheOtherLives() {
        var first = dispatcher.checkedIn();
        var second = dispatcher.restarted().checkedIn();

        assertThat(refusalOf(first::heartbeat)).isEqualTo("404 dispatcher-unknown");
        assertThat(refusalOf(first::checkIn)).isEqualTo(TAKEN);
        assertThat(refusalOf(second::heartbeat)).isEqualTo("none");
        expireLease();
        assertThat(refusalOf(first::checkIn)).isEqualTo("none");
    }

    @Test
    void anExpiredLeaseOfAProcessThatAnswersAsItselfIsNotTaken() throws Exception {
        try (var address = new TestingHealth()) {
            var first = dispatcher.at(address.url()).checkedIn();
            address.answers("{\"instance\":\"" + first.instance() + "\"}");
            expireLease();

            assertThat(refusalOf(() -> dispatcher.at("http://127.0.0.1:2").checkIn()))
                    .isEqualTo(TAKEN);
            assertThat(refusalOf(first::heartbeat)).isEqualTo("none");
        }
    }

    @Test
    void anExpiredLeaseIsTakenWhenItsAddressIsSomebodyElsesNow() throws Exception {
        try (var address = new TestingHealth()) {
            dispatcher.at(address.url()).checkedIn();
            address.answers("{\"status\":\"alive\"}");
            expireLease();

            assertThat(refusalOf(() -> dispatcher.at("http://127.0.0.1:2").restarted().checkIn()))
                    .isEqualTo("none");
        }
    }

    @Test
    void aHeartbeatRevivesAnExpiredLeaseOfTheSameProcess() {
        dispatcher.checkIn();
        expireLease();

        assertThat(refusalOf(dispatcher::heartbeat)).isEqualTo("none");
        assertThat(
                        jdbc.sql("select lease_expires_at > now() from dispatchers")
                                .query(Boolean.class)
                                .single())
                .isTrue();
    }

    @Test
    void aHeartbeatLearnsWhatToCancelAndWhatToLetGo() {
        dispatcher.checkIn();
        var running = tasks.submitQueued();
        var cancelled = tasks.submitQueued();
        var runningRef = AttemptRef.of(running, dispatcher.claim(running.task(), 1).epoch());
        var cancelledRef = AttemptRef.of(cancelled, dispatcher.claim(cancelled.task(), 1).epoch());
        tasks.cancel(cancelled.task());
        var old = new AttemptRef(running.task(), 1, new Epoch(7));
        var ended = AttemptRef.of(tasks.submitQueued(), new Epoch(1));

        var answer = dispatcher.heartbeat(runningRef, cancelledRef, ended);

        assertThat(answer.cancel()).containsExactly(cancelledRef);
        assertThat(answer.notOwned()).containsExactly(ended);
        assertThat(answer.resume()).isEmpty();
        assertThat(dispatcher.heartbeat(old).notOwned()).containsExactly(old);
        assertThat(dispatcher.heartbeat(cancelledRef).cancel()).containsExactly(cancelledRef);
    }

    @Test
    void aHeartbeatLearnsWhatItOwnsAndDoesNotKnowOf() {
        dispatcher.checkIn();
        var attempt = tasks.submitQueued();
        var ref = AttemptRef.of(attempt, dispatcher.claim(attempt.task(), 1).epoch());

        // why not at once: the reply to the claim may be on its way.
        assertThat(dispatcher.heartbeat().resume()).isEmpty();
        tasks.set(attempt.task(), "updated_at = now() - interval '1 minute'");
        assertThat(dispatcher.heartbeat().resume()).containsExactly(ref);
        assertThat(dispatcher.heartbeat(ref).resume()).isEmpty();

        var restarted = dispatcher.restarted().checkedIn();
        assertThat(restarted.heartbeat().resume()).containsExactly(ref);
    }

    @Test
    void aCheckInNamesEveryWrongField() {
        var answer =
                TestingClient.of(environment)
                        .asDispatcher()
                        .post(
                                "/api/v1/dispatchers/checkin/",
                                "{\"dispatcher_id\":\"a b\",\"url\":\"ftp://x\",\"queue\":\"q\",\"max_running_tasks\":0,\"backends\":[{\"healthy\":true}],\"version\":\"1\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.json().get("errors").valueStream().map(e -> e.get("field").asString()))
                .containsExactlyInAnyOrder(
                        "dispatcher_id",
                        "instance",
                        "url",
                        "max_running_tasks",
                        "backends[0].type");
    }

    @Test
    void aDispatcherOfAnEarlierVersionIsOneOfTheDefaultPoolOnAStream() {
        var client = TestingClient.of(environment);
        var answer =
                client.asDispatcher()
                        .post(
                                "/api/v1/dispatchers/checkin/",
                                "{\"dispatcher_id\":\"old\",\"instance\":\"i\",\"url\":\"http://old\",\"queue\":\"q\",\"max_running_tasks\":1,\"backends\":[],\"version\":\"1\"}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(client.get("/api/v1/dispatchers").body())
                .contains("\"mode\":\"bus\"", "\"pool\":\"default\"", "\"labels\":{}");
    }

    @Test
    void aCheckInWithAWrongPoolOrLabelsIsRefused() {
        var answer =
                TestingClient.of(environment)
                        .asDispatcher()
                        .post(
                                "/api/v1/dispatchers/checkin/",
                                "{\"dispatcher_id\":\"d\",\"instance\":\"i\",\"url\":\"http://d\",\"mode\":\"bus\",\"queue\":\"kohakku:tasks:list:d\",\"pool\":\"a b\",\"labels\":{\"\":\"x\"},\"max_running_tasks\":1,\"backends\":[],\"version\":\"1\"}");

        assertThat(answer.json().get("errors").valueStream().map(e -> e.get("field").asString()))
                .containsExactlyInAnyOrder("queue", "pool", "labels");
    }

    @Test
    void anUnknownDispatcherIsToldToCheckIn() {
        assertThat(refusalOf(dispatcher::heartbeat)).isEqualTo("404 dispatcher-unknown");
        assertThat(
                        refusalOf(() ->
                                dispatcher
                                        .with(new BackendStatus(RuntimeType.ECS, "a", true, null))
                                        .checkIn()))
                .isEqualTo("none");
    }

    private void expireLease() {
        jdbc.sql("update dispatchers set lease_expires_at = now() - interval '1 s'").update();
    }
}
