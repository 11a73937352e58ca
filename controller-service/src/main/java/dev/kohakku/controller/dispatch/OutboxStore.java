package dev.kohakku.controller.dispatch;

import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.controller.task.StateSets;
import dev.kohakku.controller.task.StoredSpecs;
import dev.kohakku.controller.task.Targets;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The SQL of the dispatch outbox. Each method is one statement, in the caller's transaction. */
@Component
class OutboxStore {

    /**
     * More than this is a backlog, and reading it all to say how large costs more than it tells.
     */
    static final int MOST_COUNTED = 10_000;

    private final JdbcClient jdbc;
    private final StoredSpecs specs;

    OutboxStore(JdbcClient jdbc, StoredSpecs specs) {
        this.jdbc = jdbc;
        this.specs = specs;
    }

    /** What a task is to run; large, so hold few at once. Fails where it cannot be read. */
    TaskSpec specOf(TaskId task) {
        return specs.read(
                jdbc.sql("select spec from tasks where id = :id")
                        .param("id", task.value())
                        .query(String.class)
                        .single());
    }

    /** Deletes rows that are done, but for those somebody put back or took since. */
    void deleteIfOurs(List<Taken> done) {
        for (var taken : done) {
            jdbc.sql(
                            """
                            delete from dispatch_outbox
                            where task_id = :task and attempt = :attempt and taken_until = :until
                            """)
                    .param("task", taken.attempt().task().value())
                    .param("attempt", taken.attempt().number())
                    .param("until", taken.until())
                    .update();
        }
    }

    /** Gives a row back, to be taken again after a while. */
    void releaseIfOurs(Taken taken, Duration after) {
        jdbc.sql(
                        """
                        update dispatch_outbox set taken_until = null, available_at = now() + make_interval(secs => :after)
                        where task_id = :task and attempt = :attempt and taken_until = :until
                        """)
                .param("task", taken.attempt().task().value())
                .param("attempt", taken.attempt().number())
                .param("until", taken.until())
                .param("after", seconds(after))
                .update();
    }

    /**
     * Adds a row for a task that is QUEUED at this attempt and was read by somebody who cannot run
     * it, in its old place, or frees its row.
     *
     * @param first how long it is not taken the first time; twice as long each further time
     */
    void offerAgainIfQueued(AttemptId attempt, Duration first, Duration longest) {
        jdbc.sql(
                        """
                        with misfit as (
                            update attempts a set misfits = a.misfits + 1 from tasks t
                            where t.id = :task and t.attempt = :attempt and t.state = 'QUEUED'
                              and a.task_id = t.id and a.number = t.attempt
                            returning t.id, t.attempt, t.priority, t.created_at, a.misfits, t.runtime_type, t.runtime_pool, t.runtime_labels
                        )
                        insert into dispatch_outbox (task_id, attempt, priority, created_at, misfits, target_id, put_back, available_at)
                        select id, attempt, priority, created_at, misfits, %s, true,
                               now() + make_interval(secs => least(:longest, :first * power(2, least(misfits - 1, 30))))
                        from misfit
                        on conflict (task_id, attempt) do update
                        set available_at = excluded.available_at, misfits = excluded.misfits, taken_until = null, put_back = true
                        """
                                .formatted(Targets.idOf("misfit")))
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("first", seconds(first))
                .param("longest", seconds(longest))
                .update();
    }

    /**
     * Adds rows for tasks that have been QUEUED on a stream for too long and have none.
     *
     * @return how many
     */
    // why ordered: two at once, and a rebuild, would else wait for each other in a circle.
    int putBackUnclaimed(String queue, Duration after) {
        return jdbc.sql(
                        """
                        insert into dispatch_outbox (task_id, attempt, priority, created_at, target_id, put_back)
                        select id, attempt, priority, created_at, %s, true from tasks t
                        where state = 'QUEUED' and queue = :queue and queued_at <= now() - make_interval(secs => :after)
                        order by t.id
                        on conflict do nothing
                        """
                                .formatted(Targets.idOf("t")))
                .param("queue", queue)
                .param("after", seconds(after))
                .update();
    }

    /**
     * Adds a row for every task that is QUEUED, in its old place, or frees the one it has.
     *
     * @return how many
     */
    // why ordered: two at once, and the Enqueuer, would else wait for each other in a circle.
    int putBackAllQueued() {
        return jdbc.sql(
                        """
                        insert into dispatch_outbox (task_id, attempt, priority, created_at, target_id, put_back)
                        select id, attempt, priority, created_at, %s, true from tasks t where state = 'QUEUED' order by t.id
                        on conflict (task_id, attempt) do update
                        set available_at = excluded.available_at, misfits = excluded.misfits, taken_until = null, put_back = true
                        """
                                .formatted(Targets.idOf("t")))
                .update();
    }

    /** A stream and how many tasks Postgres believes to be on it. */
    record Believed(String queue, long tasks) {}

    /**
     * The streams with tasks that have been QUEUED for too long, and how many tasks should be on
     * them.
     */
    // why not those of the last seconds: they are QUEUED before they are on their stream. Nor those
    // in the outbox: they may have been read already, by somebody who cannot run them, and are put
    // on a queue again anyway.
    List<Believed> believedUnclaimed(Duration after) {
        return jdbc.sql(
                        """
                        select queue, count(*) as tasks from tasks t
                        where state = 'QUEUED' and queue is not null and queued_at <= now() - interval '2 seconds'
                          and not exists (select 1 from dispatch_outbox o where o.task_id = t.id and o.attempt = t.attempt)
                        group by queue having min(queued_at) <= now() - make_interval(secs => :after)
                        """)
                .param("after", seconds(after))
                .query((row, number) -> new Believed(row.getString("queue"), row.getLong("tasks")))
                .list();
    }

    /**
     * Notes where a QUEUED attempt is put, and its brief.
     *
     * @return false when the task is not QUEUED at this attempt
     */
    boolean recordQueueIfQueued(AttemptId attempt, String queue, BriefRef brief) {
        return jdbc.sql(
                                """
                                update tasks set queue = :queue, brief_key = :key, brief_sha256 = :sha256, queued_at = now()
                                where id = :task and attempt = :attempt and state = 'QUEUED'
                                """)
                        .param("task", attempt.task().value())
                        .param("attempt", attempt.number())
                        .param("queue", queue)
                        .param("key", brief.key().value())
                        .param("sha256", brief.sha256())
                        .update()
                == 1;
    }

    /** Says of a task that is PENDING what it waits for. */
    void explain(AttemptId attempt, String reason) {
        jdbc.sql(
                        """
                        update tasks set waiting_reason = :reason, updated_at = now()
                        where id = :task and attempt = :attempt and state = 'PENDING'
                        """)
                .param("task", attempt.task().value())
                .param("attempt", attempt.number())
                .param("reason", reason)
                .update();
    }

    /**
     * Deletes rows of tasks that are not to be dispatched any more: claimed by another entry,
     * superseded or ended after the row was put back. Those that may be so are few, and have an
     * index of their own.
     *
     * @return how many, at most so many
     */
    int deleteLeftOver(int most) {
        return jdbc.sql(
                        """
                        delete from dispatch_outbox o using (
                            select p.task_id, p.attempt from dispatch_outbox p join tasks t on t.id = p.task_id
                            where p.put_back and (t.state not in (%s) or t.attempt <> p.attempt)
                            limit :most for update of p skip locked) over
                        where o.task_id = over.task_id and o.attempt = over.attempt
                        """
                                .formatted(StateSets.WAITING))
                .param("most", most)
                .update();
    }

    /** Rows in the outbox, as far as it is worth counting them. */
    long count() {
        return jdbc.sql("select count(*) from (select 1 from dispatch_outbox limit :most) counted")
                .param("most", MOST_COUNTED)
                .query(Long.class)
                .single();
    }

    /** Takes a task that has ended out of the outbox. */
    void forget(TaskId task) {
        jdbc.sql("delete from dispatch_outbox where task_id = :task")
                .param("task", task.value())
                .update();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
