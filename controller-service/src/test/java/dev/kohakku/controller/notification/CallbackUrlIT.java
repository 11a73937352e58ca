package dev.kohakku.controller.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.WireJson;
import dev.kohakku.controller.task.Transition;
import dev.kohakku.controller.task.Transitions;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class CallbackUrlIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired Transitions transitions;

    @Autowired
    @Qualifier("callbackUrlAnnouncer")
    Announcer announcer;

    final TestingReceiver receiver = new TestingReceiver();
    TestingClient client;
    TaskId task;

    @BeforeEach
    void submit() {
        client = TestingClient.of(environment);
        jdbc.sql("delete from task_end_outbox").update();
        task = submit(receiver.url());
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void theEndOfATaskIsToldOnceInASignedDocument() throws Exception {
        end();

        round();
        round();

        assertThat(receiver.told()).hasSize(1);
        var told = receiver.told().getFirst();
        assertThat(told.id()).isEqualTo("task_end_" + task);
        assertThat(told.signature())
                .isEqualTo(
                        WebhookSignature.derivedFrom(ControllerTest.SIGNING_KEY)
                                .of(told.id(), Long.parseLong(told.timestamp()), told.body()));
        var document = WireJson.mapper().readTree(told.body());
        assertThat(document.get("type").asString()).isEqualTo("task.failed");
        var data = document.get("data");
        assertThat(data.get("task_id").asString()).isEqualTo(task.toString());
        assertThat(data.get("state").asString()).isEqualTo("FAILED");
        assertThat(data.get("exit_code").intValue()).isEqualTo(3);
        assertThat(data.at("/failure/kind").asString()).isEqualTo("EXIT_CODE");
        assertThat(data.at("/result_metadata/lines").intValue()).isEqualTo(12);
        assertThat(document.get("timestamp")).isEqualTo(data.get("finished_at"));
        assertThat(rows()).isEmpty();
        assertThat(timeline()).contains("announced");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 400, 404, 500, 503})
    void aReceiverThatDoesNotTakeItIsToldAgainUnderTheSameId(int status) throws Exception {
        end();
        receiver.answerNext(status);

        round();
        round();
        assertThat(receiver.told()).as("not before its pause").hasSize(1);
        assertThat(rows()).containsExactly("1 " + status + " live");
        makeDue();
        round();

        assertThat(receiver.told()).hasSize(2);
        assertThat(receiver.told().get(1).id()).isEqualTo(receiver.told().get(0).id());
        assertThat(rows()).isEmpty();
    }

    @Test
    void aReceiverThatIsAwayIsTriedForADayThenGivenUpWithItsLastError() throws Exception {
        receiver.close();
        end();
        round();
        assertThat(rows()).hasSize(1).allMatch(row -> row.endsWith("live"));
        jdbc.sql("update task_end_outbox set created_at = now() - interval '25 hours'").update();
        makeDue();

        round();
        makeDue();
        round();

        assertThat(rows()).hasSize(1).allMatch(row -> row.startsWith("2 "));
        assertThat(rows().getFirst()).contains("Connect").endsWith("given up");
        assertThat(timeline()).contains("announcement_given_up");
    }

    @Test
    void aReceiverThatIsGoneForGoodIsNotTriedAgain() throws Exception {
        end();
        receiver.answerNext(410);

        round();
        makeDue();
        round();

        assertThat(receiver.told()).hasSize(1);
        assertThat(rows().getFirst()).contains("410 Gone").endsWith("given up");
    }

    @Test
    void theMetadataServiceOfACloudIsNeverAsked() throws Exception {
        task = submit("http://169.254.169.254/latest/meta-data/");
        end();

        round();

        assertThat(rows().getFirst()).contains("169.254.169.254").endsWith("given up");
    }

    @Test
    void aTaskWithoutACallbackUrlTellsNobody() throws Exception {
        var answer = client.post("/api/v1/tasks", "{\"name\":\"n\",\"image\":\"b\"}");
        task = TaskId.parse(answer.json().get("id").asString());
        end();

        round();

        assertThat(rows()).isEmpty();
        assertThat(receiver.told()).isEmpty();
    }

    @Test
    void aReceiverThatDoesNotAnswerHoldsUpNobodyElse() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var slow = "http://127.0.0.1:" + silent.getLocalPort();
            for (var n = 0; n < 12; n++) {
                task = submit(slow + "/" + n);
                end();
            }
            announcer.round();
            assertThat(tries(slow)).as("so many at once to one host").containsOnly(0, 1);
            assertThat(tries(slow).stream().filter(each -> each == 1)).hasSize(8);
            task = submit(receiver.url());
            end();

            announcer.round();

            await().until(() -> receiver.told().size() == 1);
            assertThat(announcer.isIdle()).isFalse();
            makeDue();
            announcer.round();
            assertThat(tries(slow).stream().mapToInt(each -> each).sum())
                    .as("none of those under way a second time")
                    .isEqualTo(8);
        }
        await().until(announcer::isIdle);
    }

    private List<Integer> tries(String target) {
        return jdbc.sql("select tries from task_end_outbox where target like :target")
                .param("target", target + "%")
                .query(Integer.class)
                .list();
    }

    private void round() {
        announcer.round();
        await().until(announcer::isIdle);
    }

    private TaskId submit(String url) {
        var answer =
                client.post(
                        "/api/v1/tasks",
                        "{\"name\":\"n\",\"image\":\"b\",\"callback_url\":\"" + url + "\"}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return TaskId.parse(answer.json().get("id").asString());
    }

    private void end() {
        var ending =
                new Transition.Ending(
                        3,
                        FailureKind.EXIT_CODE,
                        "exited with 3",
                        "results/x",
                        Map.of("lines", 12));
        assertThat(transitions.apply(Transition.end(TaskState.FAILED, task, null, "test", ending)))
                .isTrue();
    }

    private void makeDue() {
        jdbc.sql("update task_end_outbox set available_at = now() - interval '1 second'").update();
    }

    private List<String> rows() {
        return jdbc.sql("select * from task_end_outbox")
                .query((row, _) ->
                        row.getInt("tries")
                                + " "
                                + row.getString("last_error").replaceAll(".*answered (\\d+)$", "$1")
                                + (row.getObject("given_up_at") == null ? " live" : " given up"))
                .list();
    }

    private List<String> timeline() {
        return jdbc.sql("select type from task_events where task_id = :id")
                .param("id", task.value())
                .query(String.class)
                .list();
    }
}
