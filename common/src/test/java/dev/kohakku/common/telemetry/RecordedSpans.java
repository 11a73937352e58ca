package dev.kohakku.common.telemetry;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;

/** Records spans in memory. Thread-safe. */
public final class RecordedSpans {

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final Traces traces =
            Traces.recordedBy(
                    OpenTelemetrySdk.builder()
                            .setTracerProvider(
                                    SdkTracerProvider.builder()
                                            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                                            .build())
                            .build());

    /** What records here. */
    public Traces traces() {
        return traces;
    }

    /** Those that have ended, in the order of their ends. */
    public List<SpanData> ended() {
        return exporter.getFinishedSpanItems();
    }

    /** Their names. */
    public List<String> names() {
        return ended().stream().map(SpanData::getName).toList();
    }
}
