package dev.kohakku.common.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class TelemetryDefaultsTest {

    @Test
    void theLogIsPlainWhereNobodyHasSaidOtherwise() {
        assertThat(with(Map.of()).getProperty(TelemetryDefaults.APPENDER))
                .isEqualTo("console-appender");
        assertThat(with(Map.of("KOHAKKU_LOG_FORMAT", " ")).getProperty(TelemetryDefaults.APPENDER))
                .isEqualTo("console-appender");
    }

    @Test
    void aStructuredFormatIsSpringBoots() {
        var environment = with(Map.of("KOHAKKU_LOG_FORMAT", "ECS"));

        assertThat(environment.getProperty(TelemetryDefaults.APPENDER))
                .isEqualTo("structured-console-appender");
        assertThat(environment.getProperty("logging.structured.format.console")).isEqualTo("ecs");
    }

    @Test
    void aFileIsWrittenWhereOneIsNamed() {
        assertThat(with(Map.of()).getProperty(TelemetryDefaults.FILE_APPENDER)).isNull();
        assertThat(
                        with(Map.of("logging.file.name", "a.log"))
                                .getProperty(TelemetryDefaults.FILE_APPENDER))
                .isEqualTo("file-appender");

        var structured = with(Map.of("logging.file.path", "logs", "KOHAKKU_LOG_FORMAT", "ecs"));
        assertThat(structured.getProperty(TelemetryDefaults.FILE_APPENDER))
                .isEqualTo("structured-file-appender");
        assertThat(structured.getProperty("logging.structured.format.file")).isEqualTo("ecs");
    }

    @Test
    void anUnknownFormatStopsTheStartAndNamesTheKnownOnes() {
        assertThatThrownBy(() -> with(Map.of("KOHAKKU_LOG_FORMAT", "xml")))
                .hasMessage("KOHAKKU_LOG_FORMAT is 'xml': it must be plain, ecs, logstash, gelf");
    }

    @Test
    void tracesAreOffUntilSomebodyReceivesThem() {
        assertThat(with(Map.of()).getProperty(TelemetryDefaults.TRACED)).isEqualTo("false");
        assertThat(
                        with(Map.of(TelemetryDefaults.ENDPOINT, "http://collector:4318/v1/traces"))
                                .getProperty(TelemetryDefaults.TRACED))
                .isEqualTo("true");
    }

    @Test
    void whatIsSetElsewhereWins() {
        var environment = with(Map.of("management.tracing.sampling.probability", "0.01"));

        assertThat(environment.getProperty("management.tracing.sampling.probability"))
                .isEqualTo("0.01");
    }

    private static ConfigurableEnvironment with(Map<String, Object> settings) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", settings));
        new TelemetryDefaults().postProcessEnvironment(environment, new SpringApplication());
        return environment;
    }
}
