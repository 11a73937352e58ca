package dev.kohakku.common.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.LogFile;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.logging.LoggingSystemProperties;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** {@code logback-spring.xml} as a service starts with it. */
class LogFileTest {

    @TempDir Path directory;

    @Test
    void theLogGoesToTheFileThatIsNamedInItsFormat() throws Exception {
        var file = directory.resolve("service.log");

        logTo(Map.of("logging.file.name", file.toString()));
        assertThat(Files.readString(file)).contains("INFO").contains("a line\\nof one");

        logTo(Map.of("logging.file.name", file.toString(), "KOHAKKU_LOG_FORMAT", "ecs"));
        assertThat(Files.readString(file)).contains("\"message\":\"a line\\nof one\"");
    }

    private void logTo(Map<String, Object> settings) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", settings));
        new TelemetryDefaults().postProcessEnvironment(environment, new SpringApplication());
        var file = LogFile.get(environment);
        var system = LoggingSystem.get(getClass().getClassLoader());
        try {
            new LoggingSystemProperties(environment).apply(file);
            system.beforeInitialize();
            system.initialize(
                    new LoggingInitializationContext(environment),
                    "classpath:logback-spring.xml",
                    file);
            LoggerFactory.getLogger(LogFileTest.class).info("a line\nof one");
        } finally {
            system.cleanUp();
            asBefore();
        }
    }

    /** Other tests of this process read what is logged. */
    private static void asBefore() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        try {
            new ContextInitializer(context).autoConfig();
        } catch (JoranException e) {
            throw new IllegalStateException(e);
        }
    }
}
