package dev.kohakku.common.telemetry;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * How every service logs, measures and traces, where nobody has said otherwise: in plain text, with
 * few buckets, and without traces while nobody has named a receiver of them.
 */
public final class TelemetryDefaults implements EnvironmentPostProcessor, Ordered {

    /** Environment variable: the format of the log. */
    static final String LOG_FORMAT = "KOHAKKU_LOG_FORMAT";

    /** Property: the file of Spring Boot's that writes that format. */
    static final String APPENDER = "kohakku.log-appender";

    /** Property: the file of ours that writes it to a file, too, or does not. */
    static final String FILE_APPENDER = "kohakku.log-file-appender";

    /** Properties: one of them is set where a file is wished for. */
    private static final List<String> FILES = List.of("logging.file.name", "logging.file.path");

    /** Property: whether spans are recorded. */
    static final String TRACED = "management.opentelemetry.enabled";

    /** Property: where spans go; Spring Boot sets it from OpenTelemetry's own variables, too. */
    static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

    private static final String PLAIN = "plain";
    private static final List<String> STRUCTURED = List.of("ecs", "logstash", "gelf");

    /** The last: what the others have set is seen. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        var defaults = new HashMap<String, Object>();
        defaults.putAll(format(environment.getProperty(LOG_FORMAT, PLAIN)));
        if (FILES.stream().anyMatch(each -> isSet(environment, each))) {
            defaults.put(FILE_APPENDER, fileAppender(environment.getProperty(LOG_FORMAT, PLAIN)));
        }
        // why not: plain lines would carry two empty columns for ids of traces.
        defaults.put("logging.expect-correlation-id", "false");
        defaults.put(TRACED, isSet(environment, ENDPOINT));
        defaults.put("management.tracing.sampling.probability", "1.0");
        // why together: each bucket is a series for each path, method and status.
        defaults.put(
                "management.metrics.distribution.slo.http.server.requests",
                "25ms,100ms,250ms,500ms,1s,2500ms,10s");
        environment.getPropertySources().addLast(new MapPropertySource("telemetry", defaults));
    }

    private static Map<String, Object> format(String wished) {
        var format = wished.isBlank() ? PLAIN : wished.strip().toLowerCase(Locale.ROOT);
        if (format.equals(PLAIN)) {
            return Map.of(APPENDER, "console-appender");
        }
        if (!STRUCTURED.contains(format)) {
            throw new IllegalArgumentException(
                    LOG_FORMAT
                            + " is '"
                            + wished
                            + "': it must be "
                            + PLAIN
                            + ", "
                            + String.join(", ", STRUCTURED));
        }
        return Map.of(
                APPENDER,
                "structured-console-appender",
                "logging.structured.format.console",
                format,
                "logging.structured.format.file",
                format);
    }

    private static String fileAppender(String wished) {
        return wished.isBlank() || wished.strip().equalsIgnoreCase(PLAIN)
                ? "file-appender"
                : "structured-file-appender";
    }

    private static boolean isSet(ConfigurableEnvironment environment, String property) {
        return !environment.getProperty(property, "").isBlank();
    }
}
