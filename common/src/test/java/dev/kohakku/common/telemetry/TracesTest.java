package dev.kohakku.common.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TestingIds;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class TracesTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String TRACEPARENT = "00-" + TRACE + "-b7ad6b7169203331-01";
    private static final Instant ACCEPTED = Instant.parse("2026-12-01T00:00:00Z");

    private final RecordedSpans spans = new RecordedSpans();
    private final Traces traces = spans.traces();
    private final AttemptId attempt = new AttemptId(TestingIds.newTask(), 2);

    @Test
    void aStepHangsOnTheSubmissionAndCarriesBothVocabularies() {
        try (var step = traces.begin(Step.CLAIM, TRACEPARENT).of(attempt)) {
            step.with(TraceAttributes.OUTCOME, "granted");
        }

        var span = spans.ended().getFirst();
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
        assertThat(span.getName()).isEqualTo("claim");
        assertThat(text(span, "kohakku.task.id")).isEqualTo(attempt.task().toString());
        assertThat(text(span, "cicd.pipeline.run.id")).isEqualTo(attempt.task().toString());
        assertThat(text(span, "cicd.pipeline.task.run.id")).endsWith("-2");
        assertThat(span.getAttributes().get(AttributeKey.longKey("kohakku.attempt"))).isEqualTo(2);
    }

    @Test
    void aStepThatAnExceptionEndsIsAnError() {
        assertThatThrownBy(
                        () -> {
                            try (var step = traces.begin(Step.RUN, TRACEPARENT)) {
                                brokenOff(step);
                            }
                        })
                .isInstanceOf(IllegalStateException.class);
        assertThat(spans.ended().getFirst().getStatus())
                .isEqualTo(StatusData.create(StatusCode.ERROR, TraceSpan.BROKEN_OFF));
    }

    @Test
    void aStepThatIsDoneIsNone() {
        try (var step = traces.begin(Step.RUN, TRACEPARENT)) {
            assertThat(step.done("brought")).isEqualTo("brought");
        }
        assertThat(spans.ended().getFirst().getStatus()).isEqualTo(StatusData.unset());
    }

    @Test
    void whatAFailedStepSaysStaysWhenItIsDone() {
        try (var step = traces.begin(Step.CALLBACK, TRACEPARENT)) {
            step.failed("answered 500");
            step.done();
        }
        assertThat(spans.ended().getFirst().getStatus())
                .isEqualTo(StatusData.create(StatusCode.ERROR, "answered 500"));
    }

    private static void brokenOff(TraceSpan step) {
        step.with(TraceAttributes.OUTCOME, "none");
        throw new IllegalStateException("of the test");
    }

    @Test
    void aTaskWithoutATraceGetsNone() {
        traces.begin(Step.RUN, null).of(attempt).close();
        traces.begin(Step.RUN, "nonsense").of(attempt).close();

        assertThat(spans.ended()).isEmpty();
    }

    @Test
    void aTraceThatItsClientDoesNotSampleIsNotRecorded() {
        traces.begin(Step.RUN, TRACEPARENT.replace("-01", "-00")).close();

        assertThat(spans.ended()).isEmpty();
    }

    @Test
    void whereNothingIsRecordedTheTraceIsPassedOn() {
        try (var step = Traces.OFF.begin(Step.CALLBACK, TRACEPARENT)) {
            assertThat(step.traceparent()).isEqualTo(TRACEPARENT);
        }
    }

    @Test
    void workOnAnotherThreadGoesOnWithTheTrace() throws InterruptedException {
        var work = new ArrayList<Runnable>();
        try (var _ = traces.carry(TRACEPARENT)) {
            work.add(Traces.goingOn(() -> traces.begin(Step.REPORT).close()));
        }

        Thread.ofVirtual().start(work.getFirst()).join();

        assertThat(spans.ended()).extracting(SpanData::getTraceId).containsExactly(TRACE);
    }

    @Test
    void aBatchIsASpanInEachTraceAndOneThatLinksToThem() {
        var other = "00-11111111111111111111111111111111-2222222222222222-01";
        var untraced = new Traces.Sent(new AttemptId(TestingIds.newTask(), 1), null, ACCEPTED);

        traces.sent(
                "kohakku:tasks",
                List.of(
                        new Traces.Sent(attempt, TRACEPARENT, ACCEPTED),
                        new Traces.Sent(attempt, other, ACCEPTED),
                        untraced),
                ACCEPTED.plusSeconds(3));

        assertThat(spans.names()).containsExactly("enqueue", "enqueue", "enqueue batch");
        var first = spans.ended().getFirst();
        assertThat(first.getTraceId()).isEqualTo(TRACE);
        assertThat(first.getEndEpochNanos() - first.getStartEpochNanos()).isEqualTo(3_000_000_000L);
        assertThat(text(first, "messaging.destination.name")).isEqualTo("kohakku:tasks");
        assertThat(first.getAttributes().get(AttributeKey.longKey("messaging.batch.message_count")))
                .isEqualTo(3);
        assertThat(spans.ended().getLast().getLinks())
                .extracting(link -> link.getSpanContext().getTraceId())
                .containsExactly(TRACE, "1".repeat(32));
    }

    @Test
    void aLogSaysTheTraceOfATaskAlsoWhileNothingIsRecorded() {
        try (var _ = LogContext.of(attempt, null, TRACEPARENT)) {
            assertThat(MDC.get(MdcKeys.TRACE)).isEqualTo(TRACE);
            assertThat(MDC.get(MdcKeys.TASK)).isEqualTo(attempt.task().toString());
        }

        assertThat(MDC.get(MdcKeys.TRACE)).isNull();
        assertThat(MDC.get(MdcKeys.TASK)).isNull();
    }

    private static String text(SpanData span, String name) {
        return span.getAttributes().get(AttributeKey.stringKey(name));
    }
}
