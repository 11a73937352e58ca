package dev.kohakku.controller.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.controller.role.ApiLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingPresence;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Three dispatchers, each in a scope of its own with one attempt; and one alone. */
@ControllerTest
class SilenceIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired AttemptHandOver handOver;
    @Autowired AttemptRescuer rescuer;
    @Autowired ApiLoop apiPresence;
    TestingPresence presence;
    TestingTasks tasks;
    TestingDispatcher first;
    TestingDispatcher second;
    TestingDispatcher third;
    TaskId ofFirst;
    TaskId ofSecond;

    @BeforeEach
    void claim() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        presence = new TestingPresence(jdbc);
        presence.lasting(Duration.ofHours(1));
        first = TestingDispatcher.of(environment).checkedIn();
        second = in("engine-2");
        third = in("engine-3");
        ofFirst = claimedBy(first);
        ofSecond = claimedBy(second);
    }

    private TestingDispatcher in(String scope) {
        return first.beside()
                .with(new BackendStatus(RuntimeType.LOCAL, scope, true, null))
                .checkedIn();
    }

    private TaskId claimedBy(TestingDispatcher dispatcher) {
        var task = tasks.submitQueued().task();
        dispatcher.claim(task, 1);
        return task;
    }

    @Test
    void whenAllFallSilentTogetherNothingIsGivenUpAndAnAlarmSaysSo() throws Exception {
        var beside = first.beside().checkedIn();
        tasks.set(ofFirst, "deadline_at = now() - interval '1 minute'");
        silent(180, first, second, third, beside);
        presence.lastHeard(Duration.ofSeconds(195));

        round();

        assertKept(ofFirst);
        assertKept(ofSecond);
        assertThat(tasks.timeline(ofFirst)).doesNotContain("start_overdue", "handed_over");
        apiPresence.loop().tick();
        var ready = alarmed();
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json().path("status").asString()).isEqualTo("degraded");
        assertThat(ready.json().path("checks").path("dispatchers").path("reason").asString())
                .contains("4 of 4", "balancer");
    }

    @Test
    void onceOthersAreHeardAgainEverybodyHasAWholeGraceToComeBack() throws Exception {
        silent(180, first, second, third);
        presence.lastHeard(Duration.ofSeconds(195));
        second.heartbeat();
        third.heartbeat();

        round();
        apiPresence.loop().tick();
        round();
        assertKept(ofFirst);
        presence.lasting(Duration.ofSeconds(58));
        round();
        assertKept(ofFirst);
        presence.lasting(Duration.ofSeconds(61));
        round();

        assertLost(ofFirst);
        assertKept(ofSecond);
    }

    @Test
    void oneOfThreeThatFallsSilentIsLost() {
        silent(61, first);

        round();

        assertLost(ofFirst);
        assertKept(ofSecond);
    }

    @Test
    void theLastToBeHeardBeforeACutIsNoWitnessAgainstTheOthers() {
        var beside = first.beside().checkedIn();
        silent(1, first);
        silent(-4, beside, second, third);
        presence.lasting(Duration.ofHours(1));

        handOver.round();

        assertThat(tasks.timeline(ofFirst)).doesNotContain("handed_over");
    }

    @Test
    void twoOfThreeAtOnceAreNotJudgedByTheThirdAlone() {
        silent(61, first, second);

        round();

        assertKept(ofFirst);
        assertKept(ofSecond);

        asked(first, 3_600, 61, 0);
        round();

        assertLost(ofFirst);
        assertKept(ofSecond);
    }

    /** Answered, refused and asked so many seconds ago; 0 for never where it is the first two. */
    @ParameterizedTest
    @CsvSource({
        "61,    1,    0,  0, true", // answers
        "86400, 1,    0,  0, true", // answers, for a day
        "58,    3600, 58, 0, true", // nobody listens, within the grace
        "300,   3600, 58, 0, true", // a moment ago somebody did
        "61,    3600, 61, 0, false", // nobody listens for the whole grace
        "61,    0,    61, 0, true", // nobody has ever listened there
        "61,    3600, 61, 30, true", // nobody asks any more
        "590,   3600, 0,  0, true", // no answer
        "601,   3600, 0,  0, false", // no answer for ten minutes
        "601,   300,  0,  0, true", // the last answer was later
        "601,   0,    0,  0, false" // it has never answered
    })
    void theOnlyOneIsJudgedByItsOwnAddress(
            int silent, int answered, int refused, int asked, boolean kept) {
        jdbc.sql("delete from dispatchers where id <> :id").param("id", first.id()).update();
        silent(silent, first);
        presence.lastHeard(Duration.ofSeconds(silent + 15));
        asked(first, answered, refused, asked);

        round();

        if (kept) {
            assertKept(ofFirst);
        } else {
            assertLost(ofFirst);
        }
    }

    @Test
    void theOnlyOneThatSaidFarewellIsLostAfterTheGrace() {
        jdbc.sql("delete from dispatchers where id <> :id").param("id", first.id()).update();
        first.leave();
        silent(61, first);
        presence.lastHeard(Duration.ofSeconds(75));

        round();

        assertLost(ofFirst);
    }

    @Test
    void oneHeartbeatFromAnotherScopeGivesNothingUp() {
        var switched = first.with(new BackendStatus(RuntimeType.LOCAL, "engine-9", true, null));
        jdbc.sql("update dispatchers set instance = :instance where id = :id")
                .param("instance", switched.instance())
                .param("id", first.id())
                .update();

        switched.heartbeat();
        round();
        switched.heartbeat();
        switched.heartbeat();
        round();
        assertKept(ofFirst);

        jdbc.sql("update dispatchers set backends_since = now() - interval '61 s' where id = :id")
                .param("id", first.id())
                .update();
        round();
        assertLost(ofFirst);
    }

    private void round() {
        handOver.round();
        rescuer.round();
    }

    /** Their leases expired so many seconds ago, on the second. */
    private void silent(int seconds, TestingDispatcher... dispatchers) {
        for (var dispatcher : dispatchers) {
            jdbc.sql(
                            """
                            update dispatchers set lease_expires_at = now() - make_interval(secs => :s),
                                heartbeat_at = now() - make_interval(secs => :s + 15)
                            where id = :id
                            """)
                    .param("s", (double) seconds)
                    .param("id", dispatcher.id())
                    .update();
        }
    }

    private void asked(TestingDispatcher dispatcher, int answered, int refused, int asked) {
        jdbc.sql(
                        """
                        update dispatchers set probed_at = now() - make_interval(secs => :asked),
                            answered_at = case when :answered > 0 then now() - make_interval(secs => :answered) end,
                            refused_since = case when :refused > 0 then now() - make_interval(secs => :refused) end
                        where id = :id
                        """)
                .param("asked", asked)
                .param("answered", answered)
                .param("refused", refused)
                .param("id", dispatcher.id())
                .update();
    }

    /** The answer is kept for a second: the one after the alarm has begun. */
    private TestingClient.Answer alarmed() {
        var client = TestingClient.of(environment);
        return await().until(
                        () -> client.get("/ready/"),
                        ready -> ready.status() == 200 && ready.body().contains("fell silent"));
    }

    private void assertKept(TaskId task) {
        assertThat(tasks.row(task)).containsEntry("state", "PROVISIONING");
    }

    private void assertLost(TaskId task) {
        assertThat(tasks.row(task)).containsEntry("failure_kind", "DISPATCHER_LOST");
    }
}
