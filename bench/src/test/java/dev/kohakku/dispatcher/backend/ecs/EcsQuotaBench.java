package dev.kohakku.dispatcher.backend.ecs;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.ImageReference;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/**
 * How much of its quotas the backend uses, on the fake of ECS that enforces the published ones:
 * 5,000 tasks are asked for at once. The best there is: what a full bucket holds, then what comes
 * back each second.
 */
class EcsQuotaBench {

    private static final int TASKS = 5_000;
    private static final ImageReference IMAGE = ImageReference.parse("registry.example/program:1");

    @Test
    void fiveThousandSubmits() throws Exception {
        System.out.println(
                "| tasks on Fargate | each attempt | failed | throttled calls | took | best at the quota | used |");
        System.out.println("|---|---|---|---|---|---|---|");
        measure("is started", false);
        measure("is sought, then started", true);
    }

    private static void measure(String way, boolean seeks) throws Exception {
        try (var ecs = new TestingEcs(1);
                var backend = EcsUnderTest.backend(settings(ecs.endpoint()), "bench");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var starts = new ArrayList<Callable<Boolean>>();
            for (int i = 0; i < TASKS; i++) {
                starts.add(() -> start(backend, seeks));
            }
            long before = System.nanoTime();
            int failed = 0;
            for (var each : threads.invokeAll(starts)) {
                failed += each.get() ? 0 : 1;
            }
            var took = Duration.ofNanos(System.nanoTime() - before);
            var quota = ApiBucket.FARGATE_LAUNCH;
            double best = (double) (TASKS - quota.burst()) / quota.perSecond();
            System.out.printf(
                    "| %d | %s | %d | %d | %.1f s | %.1f s | %.1f %% |%n",
                    TASKS,
                    way,
                    failed,
                    ecs.throttled(),
                    took.toMillis() / 1_000.0,
                    best,
                    100 * best / (took.toMillis() / 1_000.0));
            assertThat(failed).isZero();
            assertThat(ecs.cluster().tasks()).hasSize(TASKS);
        }
    }

    private static EcsSettings settings(String endpoint) {
        var quick = EcsUnderTest.settings(endpoint, "", 1);
        return new EcsSettings(
                quick.region(),
                quick.cluster(),
                quick.network(),
                quick.roles(),
                quick.placement(),
                quick.logs(),
                quick.stopTimeout(),
                quick.requestTimeout(),
                Duration.ofSeconds(2),
                quick.quotaFactor(),
                quick.registries(),
                quick.endpoints());
    }

    private static boolean start(EcsBackend backend, boolean seeks) throws InterruptedException {
        var spec =
                ContainerSpecs.spec()
                        .image(IMAGE)
                        .runs(new Program(List.of("program"), Map.of("FAKE_RUN_FOR", "forever")))
                        .build();
        try {
            if (seeks && backend.find(spec.attempt()).isPresent()) {
                return false;
            }
            backend.start(spec, YES, StartProgress.NONE);
            return true;
        } catch (RuntimeException failed) {
            System.out.println("| ERROR | " + failed + " |");
            return false;
        }
    }
}
