package dev.kohakku.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingPresence;
import dev.kohakku.controller.testing.TestingTasks;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What a client reads about a cancel it has asked for. */
@ControllerTest
class CancelReceiptIT {

    private static final String BOOTSTRAP = "token:bootstrap";
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired WorkerLoop attemptRescuerLoop;
    TestingTasks tasks;
    TestingDispatcher dispatcher;
    TestingClient client;
    TaskId task;
    Claimed claimed;
    long sequence;

    @BeforeEach
    void clear() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        new TestingPresence(jdbc).lasting(Duration.ofHours(1));
        dispatcher = TestingDispatcher.of(environment).checkedIn();
        client = TestingClient.of(environment);
        sequence = 1;
    }

    @Test
    void aTaskNobodyCancelledHasNone() {
        provisioning();
        assertThat(shown().get("cancellation").isNull()).isTrue();
        ends("completed", 0);

        assertThat(shown().get("cancellation").isNull()).isTrue();
    }

    @Test
    void whatIsCancelledBeforeAContainerWasMadeIsVerifiedAtOnce() {
        task = tasks.submit();
        var pending = tasks.cancel(task).json().get("cancellation");
        assertThat(pending).isEqualTo(receipt());
        assertUnmade();

        task = tasks.submitQueued().task();
        tasks.cancel(task);
        assertUnmade();
    }

    private void assertUnmade() {
        var receipt = receipt();
        assertThat(receipt.get("requested_at")).isEqualTo(shown().get("cancel_requested_at"));
        assertThat(receipt.get("requested_by").asString()).isEqualTo(BOOTSTRAP);
        assertThat(receipt.get("term_sent_at").isNull()).isTrue();
        assertThat(receipt.get("verified_gone_at").isNull()).isTrue();
        assertThat(receipt.get("verified").asBoolean()).isTrue();
        assertThat(receipt.get("message").asString()).contains("before a container was made");
    }

    @Test
    void anAttemptThatIsBeingMadeIsVerifiedByItsOwnersReport() {
        provisioning();
        var asked = tasks.cancel(task).json().get("cancellation");
        assertThat(asked.get("verified").asBoolean()).isFalse();
        assertThat(asked.get("message").asString()).isEqualTo("The container is being stopped");

        ends("cancelled", 143);

        assertThat(receipt().get("term_sent_at").isNull()).isTrue();
        assertVerified();
        assertThat(receipt().get("verified_gone_at")).isEqualTo(shown().get("finished_at"));
    }

    @Test
    void whereTermIsEnoughNoKillIsOnTheReceipt() {
        running();
        tasks.cancel(task);
        says("term_sent");
        says("gone");
        assertThat(receipt().get("message").asString()).contains("still to report");
        assertVerified();
        var gone = receipt().get("verified_gone_at");

        ends("cancelled", 143);

        assertVerified();
        assertThat(receipt().get("term_sent_at").isNull()).isFalse();
        assertThat(receipt().get("kill_sent_at").isNull()).isTrue();
        assertThat(receipt().get("verified_gone_at")).isEqualTo(gone);
        assertInOrder("requested_at", "term_sent_at", "verified_gone_at");
    }

    @Test
    void aContainerThatIgnoresTermHasItsKillOnTheReceipt() {
        running();
        tasks.cancel(task);
        says("term_sent");
        says("kill_sent");
        assertThat(receipt().get("verified").asBoolean()).isFalse();
        says("gone");
        ends("cancelled", 137);

        assertVerified();
        assertInOrder("requested_at", "term_sent_at", "kill_sent_at", "verified_gone_at");
        assertThat(receipt().get("message").asString()).isEqualTo("The container is verified gone");
    }

    @Test
    void aCancelThatRacesTheExitSaysThatTheTaskWasFaster() {
        running();
        tasks.cancel(task);

        ends("completed", 0);

        assertThat(shown().get("state").asString()).isEqualTo("COMPLETED");
        assertVerified();
        assertThat(receipt().get("message").asString()).contains("ended as COMPLETED before");
    }

    @Test
    void aCancelThatTakesTooLongSaysSo() throws Exception {
        running();
        tasks.cancel(task);
        tasks.set(task, "deadline_at = now()");

        attemptRescuerLoop.loop().tick();

        assertThat(receipt().get("verified").asBoolean()).isFalse();
        assertThat(receipt().get("message").asString())
                .contains("takes longer than 20 s", dispatcher.id());
    }

    @Test
    void aCancelWhileTheDispatcherIsDeadIsNotCalledVerified() throws Exception {
        running();
        tasks.cancel(task);
        jdbc.sql("update dispatchers set lease_expires_at = now() - interval '2 minutes'").update();
        dispatcher.elsewhere().checkedIn();

        attemptRescuerLoop.loop().tick();

        assertThat(shown().get("state").asString()).isEqualTo("CANCELLED");
        assertThat(receipt().get("verified").asBoolean()).isFalse();
        assertThat(receipt().get("verified_gone_at").isNull()).isTrue();
        assertThat(receipt().get("verified_by").isNull()).isTrue();
        assertThat(receipt().get("message").asString()).contains("not verified", dispatcher.id());
    }

    @Test
    void anEarlierAttemptThatWasGivenUpLeavesADoubt() throws Exception {
        running();
        tasks.set(task, "max_attempts = 2");
        jdbc.sql("update dispatchers set lease_expires_at = now() - interval '2 minutes'").update();
        dispatcher.elsewhere().checkedIn();
        attemptRescuerLoop.loop().tick();
        assertThat(shown().get("state").asString()).isEqualTo("PENDING");

        tasks.cancel(task);

        assertThat(shown().get("state").asString()).isEqualTo("CANCELLED");
        assertThat(receipt().get("verified").asBoolean()).isFalse();
        assertThat(receipt().get("message").asString())
                .contains("before a container was made", "attempt 1 was given up");
        assertThat(client.get("/api/v1/tasks/" + task + "/explain").body())
                .contains("/api/v1/leaks");
    }

    @Test
    void whoAskedFirstStays() {
        running();
        tasks.cancel(task);
        var first = receipt();
        var made = client.post("/api/v1/tokens", "{\"name\":\"second\"}").json().get("token");
        var second =
                client.showing("Authorization", "Token " + made.asString())
                        .post("/api/v1/tasks/" + task + "/cancel", null);

        assertThat(second.status()).isEqualTo(202);
        assertThat(second.json().get("cancellation")).isEqualTo(first);
        assertThat(first.get("requested_by").asString()).isEqualTo(BOOTSTRAP);
    }

    @Test
    void aCancelAtTheDispatcherItselfHasAReceiptToo() {
        running();

        ends("cancelled", 143);

        assertThat(receipt().get("requested_by").asString())
                .isEqualTo("dispatcher:" + dispatcher.id());
        assertVerified();
    }

    private void assertVerified() {
        assertThat(receipt().get("verified").asBoolean()).isTrue();
        assertThat(receipt().get("verified_by").asString())
                .isEqualTo("dispatcher:" + dispatcher.id());
        assertThat(receipt().get("verified_gone_at").isNull()).isFalse();
    }

    private void assertInOrder(String... names) {
        var moments = new Instant[names.length];
        for (var i = 0; i < names.length; i++) {
            moments[i] = Instant.parse(receipt().get(names[i]).asString());
        }
        assertThat(moments).isSorted();
    }

    private JsonNode shown() {
        return client.get("/api/v1/tasks/" + task).json();
    }

    private JsonNode receipt() {
        return shown().get("cancellation");
    }

    private void provisioning() {
        task = tasks.submitQueued().task();
        claimed = dispatcher.claim(task, 1);
    }

    private void running() {
        provisioning();
        report(new AttemptEvent.Running(NOW, "c-1", "engine-1"));
    }

    private void says(String step) {
        report(new AttemptEvent.Backend(NOW, step, "it is said"));
    }

    private void report(AttemptEvent event) {
        dispatcher.report(new AttemptId(task, 1), claimed.epoch(), sequence++, event);
    }

    private void ends(String status, int exitCode) {
        dispatcher.callback(
                task,
                claimed.callbackToken(),
                """
                {"task_id":"%s","attempt":1,"epoch":1,"completed_at":"2030-01-01T00:00:00Z",
                 "status":"%s","exit_code":%d}
                """
                        .formatted(task, status, exitCode));
    }
}
