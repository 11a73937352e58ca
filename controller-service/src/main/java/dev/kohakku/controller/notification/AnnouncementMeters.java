package dev.kohakku.controller.notification;

import dev.kohakku.common.telemetry.Histograms;
import dev.kohakku.common.telemetry.KeptReading;
import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Announcements as meters: how late they come, and what still waits. Thread-safe. */
@Component
class AnnouncementMeters {

    private static final Duration SERVES_FOR = Duration.ofSeconds(15);

    private static final Map<String, AnnouncementCounts.Waiting> NONE = Map.of();

    private final Clock clock;
    private final MeterRegistry meters;

    AnnouncementMeters(
            AnnouncementCounts counts,
            List<Receiver> receivers,
            Clock clock,
            MeterRegistry meters) {
        this.clock = clock;
        this.meters = meters;
        var kinds = receivers.stream().map(Receiver::kind).toList();
        var waiting =
                new KeptReading<>(
                        "the number of announcements",
                        clock,
                        SERVES_FOR,
                        NONE,
                        () -> counts.waiting(kinds, Metrics.MOST_COUNTED));
        for (var receiver : receivers) {
            var kind = receiver.kind();
            Gauge.builder(
                            Metrics.ANNOUNCEMENTS_WAITING,
                            waiting,
                            each -> of(each.value(), kind).announcements())
                    .tag(Metrics.KIND, kind)
                    .register(meters);
            TimeGauge.builder(
                            Metrics.ANNOUNCEMENTS_OLDEST,
                            waiting,
                            TimeUnit.MILLISECONDS,
                            each -> of(each.value(), kind).oldest().toMillis())
                    .tag(Metrics.KIND, kind)
                    .register(meters);
        }
    }

    private static AnnouncementCounts.Waiting of(
            Map<String, AnnouncementCounts.Waiting> counted, String kind) {
        return counted.getOrDefault(kind, AnnouncementCounts.Waiting.NOTHING);
    }

    /** It was taken by its receiver. */
    void delivered(Receiver receiver, Announcement announcement) {
        delay(receiver, announcement, "delivered");
    }

    /** It is not tried again. */
    void givenUp(Receiver receiver, Announcement announcement) {
        delay(receiver, announcement, "given_up");
    }

    /** It was not taken, and may be tried again. */
    void failed(Receiver receiver) {
        meters.counter(Metrics.ANNOUNCEMENT_FAILURES, Metrics.KIND, receiver.kind()).increment();
    }

    private void delay(Receiver receiver, Announcement announcement, String outcome) {
        var taken = Duration.between(announcement.task().finishedAt(), clock.instant());
        Histograms.wait(
                        meters,
                        Metrics.ANNOUNCEMENT_DELAY,
                        Tags.of(Metrics.KIND, receiver.kind(), Metrics.OUTCOME, outcome))
                .record(taken.isNegative() ? Duration.ZERO : taken);
    }
}
