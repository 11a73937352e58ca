package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.ImageReference;
import dev.kohakku.dispatcher.backend.BackendUnderTest;
import dev.kohakku.dispatcher.backend.ServedBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The backend on the fake of ECS, whose quotas are high enough for a test's hurry. */
final class EcsUnderTest implements BackendUnderTest {

    static final double QUICK = 20;

    private final TestingEcs ecs;
    private final String logGroup;

    EcsUnderTest(TestingEcs ecs, String logGroup) {
        this.ecs = ecs;
        this.logGroup = logGroup;
    }

    static EcsUnderTest quick() {
        return new EcsUnderTest(new TestingEcs(QUICK), "/kohakku/tasks");
    }

    TestingEcs ecs() {
        return ecs;
    }

    EcsBackend backend(String installation) {
        return backend(settings(ecs.endpoint(), logGroup, QUICK), installation);
    }

    static EcsBackend backend(EcsSettings settings, String installation) {
        return new EcsBackend(
                settings,
                new EcsTags(installation, "dispatcher-under-test"),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")));
    }

    static EcsSettings settings(String endpoint, String logGroup, double quotaFactor) {
        return new EcsSettings(
                "eu-central-1",
                TestingCluster.NAME,
                new EcsSettings.Network(List.of("subnet-0123abcd"), List.of(), true),
                new EcsSettings.Roles("execution", ""),
                new EcsSettings.Placement(
                        EcsSettings.LaunchType.FARGATE,
                        List.of(),
                        "",
                        EcsSettings.Architecture.X86_64,
                        "250m",
                        "512Mi"),
                new EcsSettings.Logs(logGroup, "kohakku", Duration.ofMillis(300)),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofMillis(50),
                quotaFactor,
                List.of(),
                new EcsSettings.Endpoints(endpoint, endpoint, endpoint, endpoint));
    }

    private static Program script(Map<String, String> env) {
        return new Program(List.of("program", "argument"), env);
    }

    @Override
    public ServedBackend open(String installation) {
        var backend = backend(installation);
        return new ServedBackend(backend, backend.logs(), Optional.empty());
    }

    @Override
    public boolean makesBeforeStart() {
        return false;
    }

    @Override
    public boolean tellsStreamsApart() {
        return false;
    }

    @Override
    public ImageReference image() {
        return ImageReference.parse("registry.example/program:1");
    }

    @Override
    public Program exits(int code) {
        return script(Map.of("FAKE_EXIT_CODE", "" + code));
    }

    @Override
    public Program runs(Duration time) {
        return script(Map.of("FAKE_RUN_FOR", time.toString()));
    }

    @Override
    public Program sleeps() {
        return script(Map.of("FAKE_RUN_FOR", "forever"));
    }

    @Override
    public Program ignoresTerm() {
        return script(Map.of("FAKE_RUN_FOR", "forever", "FAKE_IGNORE_TERM", "true"));
    }

    @Override
    public Program isKilled() {
        return exits(137);
    }

    @Override
    public Program exceedsMemory() {
        return script(
                Map.of(
                        "FAKE_EXIT_CODE", "137",
                        "FAKE_CONTAINER_REASON",
                                "OutOfMemoryError: Container killed due to memory usage"));
    }

    @Override
    public Program missing() {
        return fails(
                "TaskFailedToStart|CannotStartContainerError: Error response from daemon: exec:"
                        + " \"no-such-program\": executable file not found in $PATH");
    }

    /** Is given up by ECS before it runs: stop code and reason, a bar between them. */
    static Program fails(String how) {
        return script(Map.of("FAKE_FAILS", how));
    }

    @Override
    public Program prints(int lines) {
        return script(Map.of("FAKE_LINES", "" + lines));
    }

    @Override
    public Program printsSlowly() {
        return script(Map.of("FAKE_SLOWLY", "true", "FAKE_RUN_FOR", "PT1S"));
    }
}
