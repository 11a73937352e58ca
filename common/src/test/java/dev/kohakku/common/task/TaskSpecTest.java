package dev.kohakku.common.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskSpecTest {

    @Test
    void itsTextNamesThingsAndKeepsWhatMayBeConfidential() {
        var spec =
                new TaskSpec(
                        "nightly",
                        ImageReference.parse("busybox"),
                        List.of("login", "confidential-command"),
                        "confidential-instructions",
                        Map.of("key", "confidential-context"),
                        List.of(),
                        List.of(),
                        List.of("TOKEN"),
                        Map.of("MODE", "confidential-value", "ALPHA", "confidential-too"),
                        Resources.UNLIMITED,
                        List.of(),
                        new RuntimeTarget(RuntimeType.LOCAL, null),
                        new TaskSpec.Timeouts(
                                Duration.ofHours(1), null, Duration.ofMinutes(5), null),
                        1,
                        5,
                        Map.of(),
                        CompletionMode.EXIT_CODE,
                        URI.create("https://example.org/?key=confidential-query"));

        assertThat(spec.toString())
                .contains("nightly", "env=[ALPHA, MODE]", "secrets=[TOKEN]")
                .doesNotContain("confidential");
    }
}
