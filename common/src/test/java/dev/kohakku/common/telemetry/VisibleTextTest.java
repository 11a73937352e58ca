package dev.kohakku.common.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;

class VisibleTextTest {

    private static final String FORGED =
            "fine\n2026-12-01T00:00:00Z  INFO 1 --- all tasks were deleted";

    @Test
    void aLineOfOthersStaysOneLine() {
        assertThat(VisibleText.of(FORGED)).doesNotContain("\n").startsWith("fine\\n2026");
        assertThat(VisibleText.of("a\r\nb")).isEqualTo("a\\r\\nb");
    }

    @Test
    void whatMovesATerminalOrTurnsTheWritingIsShown() {
        assertThat(VisibleText.of("\u001b[2Jgone")).isEqualTo("\\u001b[2Jgone");
        assertThat(VisibleText.of("\u202egnp.exe")).isEqualTo("\\u202egnp.exe");
        assertThat(VisibleText.of("\u2028x\u0085y\u0000z")).isEqualTo("\\u2028x\\u0085y\\u0000z");
    }

    @Test
    void ordinaryTextIsTheSameObject() {
        var text = "Grüße, 世界\t👋";

        assertThat(VisibleText.of(text)).isSameAs(text);
    }

    @Test
    void neitherTheMessageNorThatOfAnExceptionOrItsCauseBeginsALine() throws Exception {
        var cause = new IllegalArgumentException("cause\n" + FORGED);
        var thrown = new IllegalStateException("thrown\n" + FORGED, cause);
        thrown.addSuppressed(new IllegalStateException("suppressed\n" + FORGED));

        var lines = encoded("an agent says " + FORGED, thrown).lines().toList();

        assertThat(lines).noneMatch(line -> line.startsWith("2026"));
        assertThat(lines.getFirst()).startsWith("an agent says fine\\n2026");
        assertThat(lines).anyMatch(line -> line.contains("IllegalStateException: thrown\\nfine"));
        assertThat(lines).anyMatch(line -> line.contains("IllegalArgumentException: cause\\nfine"));
        assertThat(lines).anyMatch(line -> line.contains("suppressed\\nfine"));
        assertThat(lines).anyMatch(line -> line.startsWith("\tat dev.kohakku"));
    }

    @Test
    void theLogOfEveryServiceIsWrittenSo() throws Exception {
        var settings =
                new ClassPathResource("logback-spring.xml")
                        .getContentAsString(StandardCharsets.UTF_8);

        assertThat(settings)
                .contains("conversionWord=\"m\" class=\"" + VisibleMessage.class.getName())
                .contains("conversionWord=\"wEx\" class=\"" + VisibleThrowable.class.getName());
    }

    private static String encoded(String message, Throwable thrown) {
        var context = new LoggerContext();
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%m%n%wEx");
        context.putObject(
                ch.qos.logback.core.CoreConstants.PATTERN_RULE_REGISTRY,
                java.util.Map.of(
                        "m", VisibleMessage.class.getName(),
                        "wEx", VisibleThrowable.class.getName()));
        encoder.start();
        var event =
                new LoggingEvent(
                        "",
                        context.getLogger("x"),
                        ch.qos.logback.classic.Level.INFO,
                        message,
                        thrown,
                        null);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }
}
