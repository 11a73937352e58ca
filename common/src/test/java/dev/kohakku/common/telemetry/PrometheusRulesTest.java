package dev.kohakku.common.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The rules as Prometheus' own {@code promtool} sees them. Skipped where there is none, and failed
 * there when {@code KOHAKKU_REQUIRE_PROMTOOL=1}.
 */
class PrometheusRulesTest {

    private static final Path DEPLOY = Path.of("..", "deploy", "observability");

    @BeforeEach
    void findPromtool() throws Exception {
        var isThere = isThere();
        if (!"1".equals(System.getenv("KOHAKKU_REQUIRE_PROMTOOL"))) {
            assumeThat(isThere).as("promtool is on the PATH").isTrue();
        }
        assertThat(isThere)
                .as("KOHAKKU_REQUIRE_PROMTOOL=1, and no promtool is on the PATH")
                .isTrue();
    }

    @Test
    void configurationAndRulesAreWellFormed() throws Exception {
        assertThat(promtool("check", "config", "prometheus.yml").said()).contains("2 rule files");
        assertThat(promtool("check", "rules", "rules/alerts.yml", "rules/recording.yml").status())
                .isZero();
    }

    @Test
    void whatWakesSomebodyDoesAndWhatMustNotDoesNot() throws Exception {
        var tested = promtool("test", "rules", "tests/alerts_test.yml");

        assertThat(tested.status()).as(tested.said()).isZero();
    }

    private record Answer(int status, String said) {}

    private static Answer promtool(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        var process =
                new ProcessBuilder(command)
                        .directory(DEPLOY.toFile())
                        .redirectErrorStream(true)
                        .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), said);
    }

    private static boolean isThere() throws InterruptedException {
        try {
            return promtool("--version").status() == 0;
        } catch (IOException missing) {
            return false;
        }
    }
}
