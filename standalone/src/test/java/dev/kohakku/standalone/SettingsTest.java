package dev.kohakku.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    private static final Path REPOSITORY = Path.of("/repository");

    @Test
    void anEmptyEnvironmentGivesTheDefaultsOfOneMachine() {
        var settings = Settings.from(Map.of(), REPOSITORY);

        assertThat(settings.home()).isEqualTo(Path.of(".kohakku").toAbsolutePath());
        assertThat(settings.repository()).isEqualTo(REPOSITORY);
        assertThat(settings.ports()).isEqualTo(new Settings.Ports(8000, 8080));
        assertThat(settings.counts()).isEqualTo(new Counts(1, 0, 1, 1));
        assertThat(settings.demoExit()).isFalse();
        assertThat(settings.restart()).isTrue();
        assertThat(settings.sample()).isTrue();
    }

    @Test
    void everyVariableIsHeard() {
        var settings =
                Settings.from(
                        Map.of(
                                "KOHAKKU_HOME", "/home/of/it",
                                "KOHAKKU_REPOSITORY", "/elsewhere",
                                "CONTROLLER_PORT", "18000",
                                "DISPATCHER_PORT", "0",
                                "DEMO_EXIT", "1",
                                "KOHAKKU_RESTART", "no",
                                "KOHAKKU_SAMPLE", "false",
                                "CONTROLLERS", "2",
                                "DISPATCHERS", " 3 "),
                        REPOSITORY);

        assertThat(settings.home()).isEqualTo(Path.of("/home/of/it"));
        assertThat(settings.repository()).isEqualTo(Path.of("/elsewhere"));
        assertThat(settings.ports()).isEqualTo(new Settings.Ports(18000, 0));
        assertThat(settings.counts()).isEqualTo(new Counts(2, 0, 3, 1));
        assertThat(settings.demoExit()).isTrue();
        assertThat(settings.restart()).isFalse();
        assertThat(settings.sample()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "CONTROLLER_PORT,eighty",
        "CONTROLLER_PORT,70000",
        "DISPATCHER_PORT,-1",
        "DEMO_EXIT,perhaps",
        "KOHAKKU_RESTART,2",
        "CONTROLLERS,0",
        "CONTROLLERS,abc",
        "CONTROLLERS,+1",
        "WORKERS,-1",
        "DISPATCHERS,9",
        "DISPATCHERS,99999999999",
        "WORKFLOW_WORKERS,1.5"
    })
    void aValueThatMeansNothingIsRefusedByItsName(String name, String value) {
        assertThatThrownBy(() -> Settings.from(Map.of(name, value), REPOSITORY))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining(name)
                .hasMessageContaining(value);
    }
}
