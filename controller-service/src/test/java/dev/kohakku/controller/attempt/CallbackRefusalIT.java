package dev.kohakku.controller.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.CallbackSignature;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Every wrong terminal report has an answer of its own and changes nothing. */
@ControllerTest
class CallbackRefusalIT {

    private static final CallbackSignature OURS = new CallbackSignature(ControllerTest.SIGNING_KEY);

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    TestingTasks tasks;
    TaskId task;
    String token;
    String timestamp = Long.toString(Instant.now().getEpochSecond());
    Map<String, Object> before;

    @BeforeEach
    void claim() {
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        task = tasks.submitQueued().task();
        token = TestingDispatcher.of(environment).checkedIn().claim(task, 1).callbackToken();
        before = tasks.row(task);
    }

    @AfterEach
    void nothingHasChanged() {
        assertThat(tasks.row(task)).isEqualTo(before);
        assertThat(tasks.timeline(task)).containsExactly("PENDING", "PROVISIONING");
    }

    @Test
    void aWrongToken() {
        for (var wrong : new String[] {"Bearer kct_wrong", "Token " + token, "Bearer", "Basic x"}) {
            assertThat(send(wrong, timestamp, signed(good()), good()))
                    .isEqualTo("401 callback-token-invalid");
        }
    }

    @Test
    void aMissingToken() {
        var request =
                request(task.toString(), good())
                        .header(CallbackSignature.TIMESTAMP_HEADER, timestamp);
        assertThat(answer(request.header(CallbackSignature.HEADER, signed(good()))))
                .isEqualTo("401 callback-token-invalid");
    }

    @Test
    void aWrongSignature() {
        var other =
                new CallbackSignature("another key")
                        .sign(timestamp, task.toString(), bytes(good()));
        for (var wrong : new String[] {other, "sha256=", "x", signed(good() + " ")}) {
            assertThat(send("Bearer " + token, timestamp, wrong, good()))
                    .isEqualTo("401 callback-signature-invalid");
        }
    }

    @Test
    void aSignatureForAnotherTaskOrAnotherTime() {
        var otherTask = OURS.sign(timestamp, UUID.randomUUID().toString(), bytes(good()));
        var otherTime =
                OURS.sign(
                        Long.toString(Long.parseLong(timestamp) - 1),
                        task.toString(),
                        bytes(good()));

        assertThat(send("Bearer " + token, timestamp, otherTask, good()))
                .isEqualTo("401 callback-signature-invalid");
        assertThat(send("Bearer " + token, timestamp, otherTime, good()))
                .isEqualTo("401 callback-signature-invalid");
    }

    @Test
    void aMissingSignature() {
        assertThat(
                        answer(
                                request(task.toString(), good())
                                        .header("Authorization", "Bearer " + token)
                                        .header(CallbackSignature.TIMESTAMP_HEADER, timestamp)))
                .isEqualTo("401 callback-signature-invalid");
    }

    @ParameterizedTest
    @ValueSource(longs = {-310, -100_000, 310, 100_000})
    void aStaleTimestamp(long off) {
        timestamp = Long.toString(Long.parseLong(timestamp) + off);
        assertThat(send("Bearer " + token, timestamp, signed(good()), good()))
                .isEqualTo("401 callback-timestamp-invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"now", "-1", "1.5", "999999999999999999999"})
    void aTimestampThatIsNone(String wrong) {
        assertThat(
                        send(
                                "Bearer " + token,
                                wrong,
                                OURS.sign(wrong, task.toString(), bytes(good())),
                                good()))
                .isEqualTo("401 callback-timestamp-invalid");
    }

    @Test
    void aMissingTimestamp() {
        assertThat(
                        answer(
                                request(task.toString(), good())
                                        .header("Authorization", "Bearer " + token)
                                        .header(CallbackSignature.HEADER, signed(good()))))
                .isEqualTo("401 callback-timestamp-invalid");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"more\":1|more",
                "\"status\":\"COMPLETED\"|status",
                "\"status\":\"done\"|status",
                "\"status\":7|status",
                "\"exit_code\":\"3\"|exit_code",
                "\"exit_code\":1.5|exit_code",
                "\"failure_kind\":\"NOPE\"|failure_kind",
                "\"failure_kind\":\"EXIT_CODE\"|failure_kind",
                "\"result_metadata\":[]|result_metadata",
                "\"result_key\":5|result_key",
                "\"completed_at\":\"yesterday\"|completed_at",
                "\"completed_at\":null|completed_at",
                "\"task_id\":\"x\"|task_id",
                "\"task_id\":\"00000000-0000-7000-8000-000000000001\"|task_id",
                "\"attempt\":0|attempt",
                "\"epoch\":null|epoch",
                "\"error_message\":\"a\\u0000b\"|error_message"
            })
    void aWrongField(String field, String name) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("status", "\"completed\"");
        fields.put("task_id", "\"" + task + "\"");
        fields.put("attempt", "1");
        fields.put("epoch", "1");
        fields.put("completed_at", "\"2030-01-01T00:00:00Z\"");
        fields.put(name, field.substring(field.indexOf(':') + 1));
        var body = new StringBuilder("{");
        fields.forEach((key, value) ->
                body.append(body.length() == 1 ? "" : ",")
                        .append('"')
                        .append(key)
                        .append("\":")
                        .append(value));
        assertThat(sendGood(body.append('}').toString())).isEqualTo("400 invalid-request " + name);
    }

    @ParameterizedTest
    @CsvSource({"result_key,500", "error_message,5000", "log_stream,1000"})
    void aFieldThatIsTooLong(String name, int most) {
        assertThat(sendGood(with("\"" + name + "\":\"" + "x".repeat(most + 1) + "\"")))
                .isEqualTo("400 invalid-request " + name);
    }

    @Test
    void everyErrorIsNamed() {
        assertThat(sendGood("{\"status\":1,\"what\":2}"))
                .isEqualTo("400 invalid-request completed_at,task_id,attempt,epoch,status,what");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"attempt\":1,\"attempt\":2}", "null"})
    void aBodyThatIsNoObject(String body) {
        assertThat(sendGood(body)).startsWith("400 ");
    }

    @Test
    void aBodyThatIsTooLarge() {
        assertThat(sendGood(with("\"error_message\":\"" + "x".repeat(1 << 20) + "\"")))
                .isEqualTo("413 body-too-large");
    }

    @Test
    void anUnknownTask() {
        var other = UUID.randomUUID().toString();
        var body = good().replace(task.toString(), other);

        for (var path : new String[] {other, "nonsense"}) {
            assertThat(
                            answer(
                                    request(path, body)
                                            .header("Authorization", "Bearer " + token)
                                            .header(CallbackSignature.TIMESTAMP_HEADER, timestamp)
                                            .header(
                                                    CallbackSignature.HEADER,
                                                    OURS.sign(timestamp, path, bytes(body)))))
                    .isEqualTo("404 task-unknown");
        }
    }

    private String good() {
        return with("\"exit_code\":0");
    }

    private String with(String field) {
        return "{\"status\":\"completed\",\"task_id\":\""
                + task
                + "\",\"attempt\":1,\"epoch\":1,\"completed_at\":\"2030-01-01T00:00:00Z\","
                + field
                + "}";
    }

    private String sendGood(String body) {
        return send("Bearer " + token, timestamp, signed(body), body);
    }

    private String send(String authorization, String at, String signature, String body) {
        return answer(
                request(task.toString(), body)
                        .header("Authorization", authorization)
                        .header(CallbackSignature.TIMESTAMP_HEADER, at)
                        .header(CallbackSignature.HEADER, signature));
    }

    private HttpRequest.Builder request(String path, String body) {
        return TestingClient.of(environment)
                .showing("X-Nothing", "here")
                .request("/api/v1/tasks/" + path + "/callback/")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    /** Status, type and the fields named. */
    private String answer(HttpRequest.Builder request) {
        var answer = TestingClient.of(environment).send(request);
        var errors = answer.json().path("errors");
        var names =
                errors.valueStream()
                        .map(error -> error.get("field").asString())
                        .collect(Collectors.joining(","));
        return answer.status() + " " + answer.problem() + (names.isEmpty() ? "" : " " + names);
    }

    private String signed(String body) {
        return OURS.sign(timestamp, task.toString(), bytes(body));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
