package dev.kohakku.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.task.TestingSpec;
import dev.kohakku.common.telemetry.RecordedSpans;
import dev.kohakku.dispatcher.attempt.TestingDispatcher.World;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AttemptTraceTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final RecordedSpans spans = new RecordedSpans();
    private final World world = World.of(Clock.systemUTC()).traced(spans.traces());

    /** As after a take-over, when no queue entry says it. */
    @Test
    void theTraceThatTheClaimNamesIsGoneOnWith() {
        var attempt = world.controller().queue(TestingIds.newAttempt(), TestingSpec.of("true"));
        world.controller().traced("00-" + TRACE + "-00f067aa0ba902b7-01");
        var dispatcher = new TestingDispatcher(world);

        dispatcher.begin(attempt);
        await().atMost(Duration.ofSeconds(30)).until(() -> world.backend().exists(attempt));
        world.backend().exit(attempt, 0);
        await().atMost(Duration.ofSeconds(30)).until(() -> spans.names().contains("report"));

        assertThat(spans.names()).containsSubsequence("start", "run", "report");
        assertThat(spans.ended()).allMatch(span -> span.getTraceId().equals(TRACE));
        assertThat(spans.ended())
                .allMatch(span -> span.getParentSpanId().equals("00f067aa0ba902b7"));
    }
}
