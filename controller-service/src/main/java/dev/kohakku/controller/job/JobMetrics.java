package dev.kohakku.controller.job;

import dev.kohakku.common.telemetry.KeptReading;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.controller.role.Roles;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/** Jobs by queue, as the database holds them: every replica shows the same. */
@Component
class JobMetrics {

    private static final Duration SERVES_FOR = Duration.ofSeconds(15);

    JobMetrics(JobStore store, Clock clock, MeterRegistry meters) {
        var jobs =
                new KeptReading<List<JobView>>(
                        "the jobs", clock, SERVES_FOR, List.of(), store::list);
        register(meters, Metrics.JOBS_RUNNING, jobs, job -> job.runningAt() != null);
        register(meters, Metrics.JOBS_FAILING, jobs, job -> job.consecutiveFailures() > 0);
        register(meters, Metrics.JOBS_OVERDUE, jobs, JobView::overdue);
    }

    private static void register(
            MeterRegistry meters,
            String name,
            KeptReading<List<JobView>> jobs,
            Predicate<JobView> counted) {
        for (var queue : Roles.Queue.values()) {
            Gauge.builder(
                            name,
                            () ->
                                    jobs.value().stream()
                                            .filter(job -> job.queue().equals(queue.word()))
                                            .filter(counted)
                                            .count())
                    .tag(Metrics.QUEUE, queue.word())
                    .register(meters);
        }
    }
}
