package dev.kohakku.controller.retention;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The SQL of what is removed. */
@Repository
class RetentionStore {

    private static final String TAKE =
            """
            update task_removals r set due_at = now() + make_interval(secs => :forSeconds)
            from (select task_id from task_removals where due_at <= now()
                  order by due_at limit :most for update skip locked) due
            where r.task_id = due.task_id returning r.task_id
            """;

    private final JdbcClient jdbc;

    RetentionStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Removes tasks that ended in a state longer ago than they are kept, and notes that their
     * objects are to go. All or nothing.
     *
     * @return how many, {@code most} at most
     */
    int remove(TaskState state, Duration keptFor, int most) {
        // why in the text: planned for any state, those of a rare one would be looked for among
        // all.
        return jdbc.sql(removing(state))
                .param("keptFor", keptFor.toMillis() / 1000.0)
                .param("most", most)
                .update();
    }

    /**
     * Those to remove are looked for in the order of their ids, which are versions 7 and so of
     * their creation, by the index on the state: nothing that goes on is read, and of what has
     * ended only what is old, or was accepted long ago. One that is named elsewhere stays: one that
     * is done again as long as the task that does it, one whose end somebody is still to be told,
     * one with an open leak.
     */
    private static String removing(TaskState state) {
        return """
        with old as (
            select t.id from tasks t
            where t.state = '%s' and t.finished_at < now() - make_interval(secs => :keptFor)
              and t.id < cast(lpad(to_hex((extract(epoch from now() - make_interval(secs => :keptFor)) * 1000)::bigint), 12, '0')
                  || '00000000000000000000' as uuid)
              and not exists (select from tasks again where again.redrive_of = t.id)
              and not exists (select from task_end_outbox o where o.task_id = t.id and o.given_up_at is null)
              and not exists (select from leaks l where l.task_id = t.id and l.resolved_at is null)
            order by t.id limit :most for update of t skip locked
        ), noted as (
            insert into task_removals (task_id) select id from old
        ), without_events as (
            delete from task_events e using old where e.task_id = old.id
        ), without_attempts as (
            delete from attempts a using old where a.task_id = old.id
        ), without_ends as (
            delete from task_end_outbox o using old where o.task_id = old.id
        ), without_entries as (
            delete from dispatch_outbox d using old where d.task_id = old.id
        )
        delete from tasks t using old where t.id = old.id
        """
                .formatted(state.name());
    }

    /** Takes removed tasks whose objects are to be looked for; nobody else does for a while. */
    List<TaskId> take(Duration time, int most) {
        return jdbc.sql(TAKE)
                .param("forSeconds", (double) time.toSeconds())
                .param("most", most)
                .query((row, _) -> new TaskId(row.getObject(1, UUID.class)))
                .list();
    }

    /** Its objects are looked for once more after a while. */
    void lookAgain(TaskId task, Duration after) {
        jdbc.sql(
                        "update task_removals set due_at = now() + make_interval(secs => :after)"
                                + " where task_id = :task")
                .param("after", (double) after.toSeconds())
                .param("task", task.value())
                .update();
    }

    /**
     * Nothing is left of the task: the note goes, if the task has been gone for so long.
     *
     * @return whether it went
     */
    boolean forgetAfter(TaskId task, Duration gone) {
        return jdbc.sql(
                                """
                                delete from task_removals
                                where task_id = :task and removed_at <= now() - make_interval(secs => :gone)
                                """)
                        .param("task", task.value())
                        .param("gone", (double) gone.toSeconds())
                        .update()
                == 1;
    }
}
