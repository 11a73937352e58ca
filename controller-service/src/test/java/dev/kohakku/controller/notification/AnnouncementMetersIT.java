package dev.kohakku.controller.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.controller.task.TaskHistory;
import dev.kohakku.controller.task.Transition;
import dev.kohakku.controller.task.Transitions;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingTasks;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;

@ControllerTest
class AnnouncementMetersIT {

    private static final String KIND = "testing";

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired AnnouncementStore store;
    @Autowired AnnouncementCounts counts;
    @Autowired TaskHistory history;
    @Autowired NotificationProperties properties;
    @Autowired Transitions transitions;
    @Autowired PlatformTransactionManager transactions;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** It is gone for good. */
    private static final class Gone implements Receiver {

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public Duration firstPause() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration longestPause() {
            return Duration.ofSeconds(1);
        }

        @Override
        public int mostPerPlace() {
            return 1;
        }

        @Override
        public String deliver(Announcement announcement) throws RefusedForGoodException {
            throw new RefusedForGoodException("of the test");
        }
    }

    /** Its commits fail. */
    private static final class Unable extends TransactionTemplate {

        private static final long serialVersionUID = 1;

        Unable(PlatformTransactionManager transactions) {
            super(transactions);
        }

        @Override
        public <T> T execute(TransactionCallback<T> action) {
            return super.execute(status -> {
                action.doInTransaction(status);
                throw new TransactionSystemException("of the test");
            });
        }
    }

    @BeforeEach
    void forgetOthers() {
        jdbc.sql("delete from task_end_outbox").update();
    }

    @Test
    void whatIsGivenUpIsCountedOnceItIsCommitted() {
        waiting(1);

        round(new Unable(transactions));
        assertThat(meters.find(Metrics.ANNOUNCEMENT_DELAY).timer()).isNull();

        jdbc.sql("update task_end_outbox set available_at = now()").update();
        round(new TransactionTemplate(transactions));
        assertThat(
                        meters.get(Metrics.ANNOUNCEMENT_DELAY)
                                .tag(Metrics.OUTCOME, "given_up")
                                .timer()
                                .count())
                .isEqualTo(1);
    }

    @Test
    void theOldestIsTheOneThatIsDueForLongest() {
        for (int hours = 1; hours <= 3; hours++) {
            waiting(hours);
        }

        var some = counts.waiting(List.of(KIND, "nobody's"), 1);

        assertThat(some).containsOnlyKeys(KIND);
        assertThat(some.get(KIND).announcements()).isEqualTo(1);
        assertThat(some.get(KIND).oldest()).isBetween(Duration.ofHours(3), Duration.ofHours(4));
        assertThat(counts.waiting(List.of(KIND), 10).get(KIND).announcements()).isEqualTo(3);
    }

    private void round(TransactionTemplate transaction) {
        var receiver = new Gone();
        var shown = new AnnouncementMeters(counts, List.of(receiver), Clock.systemUTC(), meters);
        try (var announcer =
                new Announcer(receiver, store, history, transaction, properties, shown)) {
            announcer.round();
            await().until(announcer::isIdle);
        }
    }

    private void waiting(int hours) {
        var task = new TestingTasks(environment, jdbc).submit();
        end(task);
        jdbc.sql(
                        """
                        insert into task_end_outbox (task_id, kind, target, created_at, available_at)
                        values (:task, :kind, 'http://x', now() - make_interval(hours => :hours), now() - make_interval(hours => :hours))
                        """)
                .param("task", task.value())
                .param("kind", KIND)
                .param("hours", hours)
                .update();
    }

    private void end(TaskId task) {
        var ending =
                new Transition.Ending(3, FailureKind.EXIT_CODE, "exited with 3", null, Map.of());
        assertThat(transitions.apply(Transition.end(TaskState.FAILED, task, null, "test", ending)))
                .isTrue();
    }
}
