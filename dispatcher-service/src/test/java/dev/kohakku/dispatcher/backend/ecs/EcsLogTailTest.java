package dev.kohakku.dispatcher.backend.ecs;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerLogsContract.Lines;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Where so many logs are read that each is followed seldom. */
@Timeout(60)
class EcsLogTailTest {

    /** At ten calls a second, half of them for following: forty seconds between two readings. */
    private static final int OTHERS = 200;

    private static final double AS_PUBLISHED = 1;

    private final EcsUnderTest under = EcsUnderTest.quick();
    private final TestingEcs ecs = under.ecs();
    private final EcsBackend backend = under.backend("blue");
    private final EcsSettings settings =
            EcsUnderTest.settings(ecs.endpoint(), "/kohakku/tasks", AS_PUBLISHED);
    private final EcsApi api =
            new EcsApi(
                    settings,
                    new AwsClients(
                            settings,
                            StaticCredentialsProvider.create(
                                    AwsBasicCredentials.create("id", "secret"))));
    private final TaskPoller poller = new TaskPoller(api, settings);
    private final CountDownLatch theEnd = new CountDownLatch(1);
    private final AtomicInteger waiting = new AtomicInteger();

    @AfterEach
    void close() {
        api.close();
        backend.close();
        ecs.close();
    }

    private ContainerHandle start(Duration time) throws InterruptedException {
        return backend.start(
                ContainerSpecs.spec()
                        .image(under.image())
                        .runs(under.printsSlowly())
                        .env("FAKE_RUN_FOR", time.toString())
                        .build(),
                YES,
                StartProgress.NONE);
    }

    /** The others' readings stand still: they are only to be many. */
    private CloudWatchLogs logsOf(ContainerHandle one) {
        return new CloudWatchLogs(
                api,
                settings,
                (handle, delay) -> {
                    if (handle.equals(one)) {
                        return poller.lookAgainUntilAnswered(handle.containerId(), delay);
                    }
                    waiting.incrementAndGet();
                    theEnd.await();
                    return Optional.empty();
                },
                poller::interval);
    }

    @Test
    void theTailIsReadSoonAfterTheEndAndNothingOftenBefore() throws Exception {
        var handle = start(Duration.ofSeconds(3));
        var other = start(Duration.ofDays(1));
        var logs = logsOf(handle);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var others = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < OTHERS; i++) {
                others.add(threads.submit(() -> logs.read(other, new Lines())));
            }
            await().until(() -> waiting.get() == OTHERS);
            var lines = new Lines();
            var reading = threads.submit(() -> logs.read(handle, lines));
            TimeUnit.SECONDS.sleep(1);
            // why two: a reading asks until the same token comes back, and no second one is due
            // yet.
            assertThat(ecs.calls("GetLogEvents")).isLessThanOrEqualTo(2);
            try {
                assertThat(reading.get(10, TimeUnit.SECONDS)).isTrue();
            } finally {
                theEnd.countDown();
                reading.cancel(true);
            }
            assertThat(lines.all()).isEqualTo(List.of("first", "second", "to stderr"));
            for (var each : others) {
                assertThat(each.get()).isFalse();
            }
        }
    }
}
