package dev.kohakku.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.task.PortMapping;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.wire.WireJson;
import dev.kohakku.controller.web.FieldErrors;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class TaskReaderTest {

    private static final JsonMapper JSON = WireJson.mapper();
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final TaskReader reader = new TaskReader(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void theLeastATaskNeedsIsANameAndAnImage() {
        var spec = read("{'name': 'n', 'image': 'busybox'}");

        assertThat(spec.runtimeTarget().type()).isEqualTo(RuntimeType.LOCAL);
        assertThat(spec.timeouts().run()).isEqualTo(Duration.ofHours(1));
        assertThat(spec.timeouts().start()).isEqualTo(Duration.ofMinutes(5));
        assertThat(spec.timeouts().queue()).isNull();
        assertThat(spec.timeouts().expiresAt()).isNull();
        assertThat(spec.maxAttempts()).isEqualTo(1);
        assertThat(spec.priority()).isEqualTo(5);
        assertThat(spec.completion()).isEqualTo(CompletionMode.EXIT_CODE);
    }

    @Test
    void everyFieldIsRead() {
        var spec =
                read(
                        """
                        {'name': 'n', 'image': 'r:5000/a/b:t', 'command': ['sh', '-c', ''], 'instructions': 'do',
                         'context': {'a': [1, 2.5, null, {'b': true}]}, 'skills': [], 'configs': [], 'secrets': [],
                         'env': {'A': '1'}, 'resources': {'cpu': '250m', 'memory': '64Mi'},
                         'ports': [{'container_port': 80}, {'container_port': 80, 'protocol': 'udp'}],
                         'runtime_target': {'type': 'k8s', 'namespace': 'jobs'}, 'timeout_seconds': 7,
                         'queue_timeout_seconds': 8, 'start_timeout_seconds': 9, 'expires_at': '2026-02-01T00:00:00+01:00',
                         'max_attempts': 3, 'priority': 9, 'labels': {'a': 'b', 'x.y/z': ''}, 'completion': 'agent',
                         'callback_url': 'https://example.org/x?y=z'}
                        """);

        assertThat(spec.command()).containsExactly("sh", "-c", "");
        assertThat(spec.context().toString()).isEqualTo("{a=[1, 2.5, null, {b=true}]}");
        assertThat(spec.env()).isEqualTo(Map.of("A", "1"));
        assertThat(spec.resources().toString()).contains("250m", "64Mi");
        assertThat(spec.ports())
                .containsExactly(
                        new PortMapping(80, PortMapping.Protocol.TCP),
                        new PortMapping(80, PortMapping.Protocol.UDP));
        assertThat(spec.runtimeTarget().namespace()).isEqualTo("jobs");
        assertThat(spec.timeouts())
                .isEqualTo(
                        new TaskSpec.Timeouts(
                                Duration.ofSeconds(7),
                                Duration.ofSeconds(8),
                                Duration.ofSeconds(9),
                                Instant.parse("2026-01-31T23:00:00Z")));
        assertThat(spec.labels()).isEqualTo(Map.of("a", "b", "x.y/z", ""));
        assertThat(spec.completion()).isEqualTo(CompletionMode.AGENT);
        assertThat(spec.callbackUrl()).hasToString("https://example.org/x?y=z");
    }

    @Test
    void whatIsReadCanBeStoredAndReadAgain() {
        var spec =
                read(
                        "{'name': 'n', 'image': 'b@sha256:%s', 'resources': {'cpu': '1'}, 'callback_url': 'http://h/'}"
                                .formatted("a".repeat(64)));

        assertThat(JSON.readValue(JSON.writeValueAsString(spec), TaskSpec.class)).isEqualTo(spec);
    }

    @Test
    void theDocumentedFieldsAreTheOnesThatAreRead() {
        var documented = JSON.readTree(JSON.writeValueAsString(NewTask.EXAMPLE)).propertyNames();

        assertThat(errors("{'nonsense': 1}").getLast().message())
                .endsWith(String.join(", ", documented.stream().sorted().toList()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'image': null                                      | image                      | missing
                    'image': 7                                         | image                      | type
                    'image': 'Not An Image'                            | image                      | format
                    'image': 'a:b:c'                                   | image                      | format
                    'name': ''                                         | name                       | format
                    'name': '\\u0000'                                  | name                       | characters
                    'name': '\\ud800'                                  | name                       | characters
                    'nmae': 'x'                                        | nmae                       | unknown
                    'command': 'echo hi'                               | command                    | type
                    'command': ['echo', 1]                             | command[1]                 | type
                    'command': ['']                                    | command                    | format
                    'command': ['a\\u0000b']                           | command[0]                 | characters
                    'instructions': {}                                 | instructions               | type
                    'context': []                                      | context                    | type
                    'context': {'a': {'b': 1e400}}                     | context.a.b                | unsupported
                    'context': {'a': [9007199254740993]}               | context.a[0]               | unsupported
                    'context': {'a': 'x\\u0000'}                       | context.a                  | unsupported
                    'skills': ['review']                               | skills[0]                  | not_found
                    'configs': ['c']                                   | configs[0]                 | not_found
                    'secrets': ['TOKEN', 'TOKEN']                      | secrets[1]                 | duplicate
                    'env': ['A=1']                                     | env                        | type
                    'env': {'A=B': '1'}                                | env.A=B                    | format
                    'env': {'': '1'}                                   | env.                       | format
                    'env': {'KOHAKKU_TASK_ID': '1'}                    | env.KOHAKKU_TASK_ID        | reserved
                    'env': {'TRACEPARENT': '1'}                        | env.TRACEPARENT            | reserved
                    'env': {'A': 1}                                    | env.A                      | type
                    'env': {'A': 'x\\u0000'}                           | env.A                      | characters
                    'resources': {'memory': '2Gb'}                     | resources.memory           | format
                    'resources': {'memory': 134217728}                 | resources.memory           | type
                    'resources': {'memory': '1Ki'}                     | resources.memory           | format
                    'resources': {'cpu': 'two'}                        | resources.cpu              | format
                    'resources': {'cpu': '0'}                          | resources.cpu              | format
                    'resources': {'gpu': '1'}                          | resources.gpu              | unknown
                    'ports': [{'container_port': 0}]                   | ports[0].container_port    | range
                    'ports': [{'container_port': 65536}]               | ports[0].container_port    | range
                    'ports': [{'container_port': '80'}]                | ports[0].container_port    | type
                    'ports': [{'container_port': 80.5}]                | ports[0].container_port    | type
                    'ports': [{'protocol': 'tcp'}]                     | ports[0].container_port    | missing
                    'ports': [{'container_port': 1, 'protocol': 'x'}]  | ports[0].protocol          | format
                    'ports': [{'container_port': 1}, {'container_port': 1}] | ports[1].container_port | duplicate
                    'ports': [80]                                      | ports[0]                   | type
                    'runtime_target': 'local'                          | runtime_target             | type
                    'runtime_target': {'type': 'nomad'}                | runtime_target.type        | format
                    'runtime_target': {'type': 'LOCAL'}                | runtime_target.type        | format
                    'runtime_target': {'namespace': 'a'}               | runtime_target.namespace   | unsupported
                    'runtime_target': {'type': 'k8s', 'namespace': 'A_'} | runtime_target.namespace | format
                    'timeout_seconds': 0                               | timeout_seconds            | range
                    'timeout_seconds': -1                              | timeout_seconds            | range
                    'timeout_seconds': 99999999999999999999            | timeout_seconds            | range
                    'timeout_seconds': '60'                            | timeout_seconds            | type
                    'timeout_seconds': true                            | timeout_seconds            | type
                    'queue_timeout_seconds': 0                         | queue_timeout_seconds      | range
                    'start_timeout_seconds': 86401                     | start_timeout_seconds      | range
                    'expires_at': '2026-01-31T11:59:59Z'               | expires_at                 | range
                    'expires_at': 'tomorrow'                           | expires_at                 | format
                    'expires_at': '2026-02-01T00:00:00'                | expires_at                 | format
                    'max_attempts': 0                                  | max_attempts               | range
                    'max_attempts': 21                                 | max_attempts               | range
                    'priority': 10                                     | priority                   | range
                    'priority': -1                                     | priority                   | range
                    'labels': {'a': 1}                                 | labels.a                   | type
                    'labels': {'-a': 'b'}                              | labels.-a                  | format
                    'labels': {'a': 'b c'}                             | labels.a                   | format
                    'labels': {'kohakku.dev/x': 'b'}                   | labels.kohakku.dev/x       | reserved
                    'labels': {'kohakku.dev/workflow-instance': 'b'}   | labels.kohakku.dev/workflow-instance | format
                    'completion': 'maybe'                              | completion                 | format
                    'callback_url': 'ftp://a/'                         | callback_url               | format
                    'callback_url': 'http://u:p@a/'                    | callback_url               | format
                    'callback_url': 'not a url'                        | callback_url               | format
                    'callback_url': 'http:///x'                        | callback_url               | format
                    """)
    void aWrongFieldIsNamed(String member, String field, String code) {
        var errors = errors(task(member));

        assertThat(errors).hasSizeGreaterThanOrEqualTo(1);
        assertThat(errors)
                .anySatisfy(error -> {
                    assertThat(error.field()).isEqualTo(field);
                    assertThat(error.code()).isEqualTo(code);
                    assertThat(error.message()).isNotBlank();
                });
        assertThat(errors).allSatisfy(error -> assertThat(error.field()).startsWith(root(field)));
    }

    @Test
    void limitsOfTheKernelAreCountedInBytes() {
        assertThat(refusals("command", "['%s']".formatted("x".repeat(4_095)))).isEmpty();
        assertThat(refusals("command", "['%s']".formatted("x".repeat(4_096))))
                .containsExactly("command[0] too_long");
        assertThat(refusals("command", "['%s']".formatted("方".repeat(1_366))))
                .containsExactly("command[0] too_long");
        assertThat(refusals("command", "['sh', '%s']".formatted("x".repeat(131_071)))).isEmpty();
        assertThat(refusals("command", "['sh', '%s']".formatted("方".repeat(43_691))))
                .containsExactly("command[1] too_long");
        assertThat(refusals("env", "{'BIG': '%s'}".formatted("x".repeat(131_067)))).isEmpty();
        assertThat(refusals("env", "{'BIG': '%s'}".formatted("方".repeat(43_690))))
                .containsExactly("env.BIG too_long");
    }

    @Test
    void argumentsAndEnvironmentTogetherHaveALimitToo() {
        var argument = "'" + "x".repeat(131_000) + "'";

        assertThat(refusals("command", "['sh', " + (argument + ", ").repeat(7) + "'']")).isEmpty();
        assertThat(refusals("command", "['sh', " + (argument + ", ").repeat(9) + "'']"))
                .containsExactly("command too_long");
    }

    @Test
    void limitsForPeopleAreCountedInCharactersAsTheySeeThem() {
        assertThat(refusals("name", "'" + "🙂".repeat(200) + "'")).isEmpty();
        assertThat(refusals("name", "'" + "🙂".repeat(201) + "'")).containsExactly("name too_long");
    }

    private List<String> refusals(String field, String value) {
        var errors = new FieldErrors();
        var _ = reader.read(json(task("'" + field + "': " + value)), "", errors);
        return errors.all().stream().map(error -> error.field() + " " + error.code()).toList();
    }

    @Test
    void everyErrorIsNamedAtOnce() {
        var errors =
                errors(
                        """
                        {'image': 'X', 'timeout_seconds': 0, 'ports': [{'container_port': 0}, {'container_port': 'a', 'b': 1}],
                         'env': {'A=': '', '': ''}, 'resources': {'cpu': 'x', 'memory': '2Gb'}, 'zzz': 1}
                        """);

        assertThat(errors)
                .extracting(FieldErrors.FieldError::field)
                .containsExactlyInAnyOrder(
                        "name",
                        "image",
                        "timeout_seconds",
                        "ports[0].container_port",
                        "ports[1].container_port",
                        "ports[1].b",
                        "env.A=",
                        "env.",
                        "resources.cpu",
                        "resources.memory",
                        "zzz");
    }

    @Test
    void aSubprocessNeedsACommandAndHasNeitherPortsNorLimits() {
        var errors =
                errors(
                        "{'name': 'n', 'runtime_target': {'type': 'worker'}, 'ports':"
                                + " [{'container_port': 1}], 'resources': {'cpu': '1'}}");

        assertThat(errors)
                .extracting(error -> error.field() + " " + error.code())
                .containsExactlyInAnyOrder(
                        "command missing", "ports unsupported", "resources unsupported");
        assertThat(
                        read("{'name': 'n', 'command': ['true'], 'runtime_target': {'type':"
                                        + " 'worker'}}")
                                .runtimeTarget()
                                .type())
                .isEqualTo(RuntimeType.WORKER);
    }

    @Test
    void aTaskWithinAnotherBodyIsNamedByItsPlace() {
        var errors = new FieldErrors();

        assertThat(reader.read(json("{'image': 'b'}"), "input.task", errors)).isEmpty();

        assertThat(errors.all())
                .extracting(FieldErrors.FieldError::field)
                .containsExactly("input.task.name");
    }

    @Test
    void anArrayIsNoTask() {
        var errors = new FieldErrors();

        assertThat(reader.read(json("[]"), "", errors)).isEmpty();

        assertThat(errors.all())
                .first()
                .extracting(FieldErrors.FieldError::field)
                .isEqualTo("body");
    }

    private static String root(String field) {
        return field.split("[.\\[]", 2)[0];
    }

    private static String task(String member) {
        var task = (ObjectNode) json("{'name': 'n', 'image': 'busybox'}");
        json("{" + member + "}").properties().forEach(e -> task.set(e.getKey(), e.getValue()));
        return task.toString();
    }

    private TaskSpec read(String text) {
        var errors = new FieldErrors();
        var spec = reader.read(json(text), "", errors);
        assertThat(errors.all()).isEmpty();
        return spec.orElseThrow();
    }

    private List<FieldErrors.FieldError> errors(String text) {
        var errors = new FieldErrors();
        assertThat(reader.read(json(text), "", errors)).isEmpty();
        return errors.all();
    }

    private static JsonNode json(String text) {
        return JSON.readerFor(JsonNode.class)
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .readValue(text.startsWith("{\"") ? text : text.replace('\'', '"'));
    }
}
