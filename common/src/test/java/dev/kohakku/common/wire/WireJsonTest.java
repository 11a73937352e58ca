package dev.kohakku.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.TestingLines;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.PortMapping;
import dev.kohakku.common.task.RegistryLogin;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.task.TestingSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class WireJsonTest {

    private static final TaskId TASK = TaskId.parse("018f0000-0000-7000-8000-000000000001");
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00.123456789Z");
    private static final Epoch EPOCH = new Epoch(2);
    private static final AttemptRef REF = new AttemptRef(TASK, 1, EPOCH);
    private static final BackendStatus SICK =
            new BackendStatus(RuntimeType.LOCAL, "engine", false, "connection refused");

    private final JsonMapper json = WireJson.mapper();

    static Stream<Object> everyRecordOfTheWire() {
        return Stream.of(
                TestingSpec.full(),
                TestingSpec.of("true"),
                REF,
                SICK,
                new CheckIn(
                        "d-1",
                        "i",
                        "http://d:8080",
                        DispatchMode.HTTP,
                        "q",
                        "gpu",
                        Map.of("zone", "a"),
                        10,
                        List.of(SICK),
                        "1"),
                new CheckedIn(Duration.ofSeconds(5), Duration.ofMillis(15_500), List.of(REF), true),
                new Claim("d-1", "i"),
                claimed(),
                new Heartbeat("i", 3, List.of(REF), List.of(SICK)),
                new HeartbeatAnswer(
                        List.of(REF), List.of(), List.of(REF), true, List.of(prefetch())),
                new PrefetchOutcome("i", prefetch().id(), PrefetchOutcome.Result.FAILED, "no"),
                new Leave("i"),
                new Inventory("i", List.of(scopeInventory())),
                new InventoryAnswer(scopeInventory().containers()),
                new ReportAnswer(true),
                new AttemptReport(EPOCH, 7, everyEvent()),
                callback(),
                TestingLines.out(1),
                new LogPosition(1, 2, 3));
    }

    private static Prefetch prefetch() {
        return new Prefetch(
                new UUID(1, 2),
                ImageReference.parse("registry.test/team/tool:1"),
                new RegistryLogin("bob", "sesame"));
    }

    private static ScopeInventory scopeInventory() {
        return new ScopeInventory(
                RuntimeType.LOCAL,
                "engine",
                Duration.ofMillis(20),
                List.of(new FoundContainer(TASK, 1, "abc")));
    }

    private static List<AttemptEvent> everyEvent() {
        return List.of(
                new AttemptEvent.Backend(NOW, "pulled", "in 2 s"),
                new AttemptEvent.Starting(NOW),
                new AttemptEvent.Running(NOW, "abc", "engine"),
                new AttemptEvent.CheckedIn(NOW),
                new AttemptEvent.Progress(NOW, 50, "half", Map.of("files", 3)),
                new AttemptEvent.Progress(NOW, null, null, Map.of()));
    }

    private static Claimed claimed() {
        return new Claimed(
                EPOCH,
                TaskState.PROVISIONING,
                TestingSpec.full(),
                BriefRef.of(TASK, "a".repeat(64)),
                Map.of("SECRET_NAME", "hunter2"),
                new RegistryLogin("bob", "sesame"),
                "token-4711",
                NOW,
                NOW.plusSeconds(1),
                NOW.plusSeconds(2),
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }

    private static Callback callback() {
        return new Callback(
                Callback.Status.TIMED_OUT,
                137,
                FailureKind.RUN_TIMEOUT,
                "results/x",
                Map.of("score", 1),
                "too long",
                NOW,
                TASK,
                1,
                EPOCH,
                "logs/x");
    }

    @ParameterizedTest
    @MethodSource("everyRecordOfTheWire")
    void whatIsWrittenIsReadBack(Object value) {
        assertThat(json.readValue(json.writeValueAsString(value), value.getClass()))
                .isEqualTo(value);
    }

    @Test
    void anEventIsReadBackAsWhatItIs() {
        for (var event : everyEvent()) {
            assertThat(json.readValue(json.writeValueAsString(event), AttemptEvent.class))
                    .isEqualTo(event);
        }
    }

    @Test
    void namesAreInSnakeCaseAndValuesAsUsersWriteThem() {
        var tree = json.readTree(json.writeValueAsString(TestingSpec.full()));

        assertThat(tree.at("/runtime_target/type").asString()).isEqualTo("k8s");
        assertThat(tree.at("/completion").asString()).isEqualTo("agent");
        assertThat(tree.at("/resources/memory").asString()).isEqualTo("64Mi");
        assertThat(tree.at("/resources/cpu").asString()).isEqualTo("500m");
        assertThat(tree.at("/ports/0/container_port").asInt()).isEqualTo(8080);
        assertThat(tree.at("/ports/0/protocol").asString()).isEqualTo("tcp");
        assertThat(tree.at("/timeouts/run").asString()).isEqualTo("PT1M30S");
        assertThat(tree.at("/timeouts/expires_at").asString()).isEqualTo("2030-01-01T00:00:00Z");
        assertThat(json.readTree(json.writeValueAsString(callback())).at("/status").asString())
                .isEqualTo("timed_out");
        assertThat(json.readTree(json.writeValueAsString(REF)).at("/epoch").isIntegralNumber())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"container_port\":80,\"protocol\":\"tcp\",\"host_port\":80}",
                "{\"container_port\":80,\"container_port\":81,\"protocol\":\"tcp\"}",
                "{\"container_port\":\"80\",\"protocol\":\"tcp\"}",
                "{\"container_port\":80.5,\"protocol\":\"tcp\"}",
                "{\"container_port\":true,\"protocol\":\"tcp\"}",
                "{\"container_port\":null,\"protocol\":\"tcp\"}",
                "{\"protocol\":\"tcp\"}",
                "{\"container_port\":80,\"protocol\":\"sctp\"}",
                "{\"container_port\":80,\"protocol\":6}",
                "{\"container_port\":0,\"protocol\":\"tcp\"}",
                "{\"container_port\":65536,\"protocol\":\"tcp\"}",
                "{\"container_port\":80,\"protocol\":\"tcp\"} x",
                "[]",
                "\"80\""
            })
    void whatIsNotMeantIsRefused(String text) {
        assertThatThrownBy(() -> json.readValue(text, PortMapping.class))
                .isInstanceOf(JacksonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "true", "1.5"})
    void aNumberIsNoText(String value) {
        assertThatThrownBy(() ->
                        json.readValue(
                                "{\"dispatcher_id\":" + value + ",\"instance\":\"i\"}",
                                Claim.class))
                .isInstanceOf(JacksonException.class);
    }

    @Test
    void anAnswerOfANewerServiceIsReadAllTheSame() {
        var answer = "{\"cancel_requested\":true,\"not_known_yet\":{\"a\":1}}";

        assertThat(WireJson.mapperOfAnswers().readValue(answer, ReportAnswer.class))
                .isEqualTo(new ReportAnswer(true));
        assertThatThrownBy(() -> json.readValue(answer, ReportAnswer.class))
                .isInstanceOf(JacksonException.class);
    }

    @Test
    void anAnswerOfAnOlderServiceIsReadAllTheSame() {
        var answer = "{\"cancel\":[],\"not_owned\":[],\"resume\":[]}";

        assertThat(WireJson.mapperOfAnswers().readValue(answer, HeartbeatAnswer.class))
                .isEqualTo(new HeartbeatAnswer(List.of(), List.of(), List.of(), false, List.of()));
    }

    @Test
    void aRefusedChoiceNamesTheOthers() {
        assertThatThrownBy(() -> json.readValue("\"docker\"", RuntimeType.class))
                .hasMessageContaining("'docker' is none of local, k8s, ecs, worker, mock");
    }

    @Test
    void choicesAreReadWhateverTheirCase() {
        assertThat(json.readValue("\"Local\"", RuntimeType.class)).isEqualTo(RuntimeType.LOCAL);
    }

    @Test
    void secretsAreOnTheWireAndNeverInALog() {
        assertThat(json.writeValueAsString(claimed())).contains("hunter2", "token-4711", "sesame");
        assertThat(prefetch().toString()).doesNotContain("sesame");
        assertThat(claimed().toString()).doesNotContain("hunter2", "token-4711", "sesame");
    }

    @Test
    void aSpecCannotBeChangedFromOutside() {
        assertThatThrownBy(() -> TestingSpec.full().command().add("x"))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(json.readValue(json.writeValueAsString(TestingSpec.full()), TaskSpec.class))
                .isEqualTo(TestingSpec.full());
    }

    @Test
    void aLogLineKeepsItsNanoseconds() {
        LogLine line = TestingLines.err(1);

        assertThat(json.writeValueAsString(line)).contains("\"2030-01-01T00:00:00.124456789Z\"");
    }
}
