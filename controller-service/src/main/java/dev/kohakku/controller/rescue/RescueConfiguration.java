package dev.kohakku.controller.rescue;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.controller.attempt.AttemptEnds;
import dev.kohakku.controller.dispatch.Outbox;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.Topic;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.task.TaskHistory;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** The loops of this package. */
@Configuration(proxyBeanMethods = false)
class RescueConfiguration {

    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);

    @Bean
    AttemptRescuer attemptRescuer(
            OwnerStore store,
            AttemptEnds ends,
            TaskHistory history,
            TransactionTemplate transaction,
            RescueProperties properties,
            Clock clock) {
        return new AttemptRescuer(
                store, ends, history, transaction, properties, new PassedOver(clock));
    }

    @Bean
    WorkerLoop deadlineWatcherLoop(DeadlineWatcher watcher) {
        return new WorkerLoop(
                loop("deadline-watcher", Duration.ofSeconds(1), watcher::round),
                Roles.Queue.DEFAULT);
    }

    @Bean
    WorkerLoop attemptRescuerLoop(AttemptRescuer rescuer) {
        return new WorkerLoop(
                loop("attempt-rescuer", Duration.ofSeconds(2), rescuer::round),
                Roles.Queue.CLEANUP);
    }

    @Bean
    WorkerLoop handOverLoop(AttemptHandOver handOver) {
        return new WorkerLoop(
                loop("hand-over", Duration.ofMillis(500), handOver::round),
                Roles.Queue.CLEANUP,
                Set.of(Topic.HAND_OVER));
    }

    /** Looks for attempts that are QUEUED and that Redis has lost. */
    @Bean
    WorkerLoop lostEntryLoop(Outbox outbox, RescueProperties properties) {
        return new WorkerLoop(
                loop(
                        "lost-entries",
                        Duration.ofSeconds(5),
                        () -> {
                            outbox.putBackUnclaimed(properties.unclaimedAfter());
                            return false;
                        }),
                Roles.Queue.CLEANUP);
    }

    private static BackgroundLoop loop(String name, Duration interval, BackgroundLoop.Step step) {
        return new BackgroundLoop(name, new Rhythm(interval, 0.1, LONGEST_BACK_OFF), step);
    }
}
