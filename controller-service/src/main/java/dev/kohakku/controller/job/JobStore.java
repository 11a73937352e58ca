package dev.kohakku.controller.job;

import dev.kohakku.controller.role.Roles;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The SQL around the tables of jobs: what is shown of them. */
@Repository
class JobStore {

    private static final int LONGEST_ERROR = 500;

    /** Some polls, and twice what a worker may be silent: by then somebody should have begun. */
    private static final String LATE = "now() - interval '2 minutes'";

    private static final String ALL =
            Arrays.stream(Roles.Queue.values())
                            .map(JobStore::selectOf)
                            .collect(Collectors.joining("union all\n"))
                    + "order by queue, name";

    private final JdbcClient jdbc;

    JobStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private static String selectOf(Roles.Queue queue) {
        return """
        select '%1$s' as queue, task_name as name, case when not picked then execution_time end as next_run_at,
               last_success as last_success_at, last_failure as last_failure_at,
               case when consecutive_failures > 0 then last_error end as last_error,
               coalesce(consecutive_failures, 0) as consecutive_failures,
               case when picked then started_at end as running_since, case when picked then picked_by end as running_at,
               case when picked then last_heartbeat else execution_time end < %2$s as overdue
        from %3$s
        """
                .formatted(queue.word(), LATE, tableOf(queue));
    }

    static String tableOf(Roles.Queue queue) {
        return "jobs_" + queue.word();
    }

    /** Every job that a worker has ever scheduled, by queue and name. */
    List<JobView> list() {
        return jdbc.sql(ALL).query((row, _) -> viewOf(row)).list();
    }

    /** Notes that a run begins. */
    void begun(Job job) {
        jdbc.sql(
                        "update "
                                + tableOf(job.queue())
                                + " set started_at = now() where task_name = :name")
                .param("name", job.name())
                .update();
    }

    /** Notes why a run failed. */
    void failed(Job job, String error) {
        jdbc.sql(
                        "update "
                                + tableOf(job.queue())
                                + " set last_error = left(:error, :longest) where task_name = :name")
                .param("error", error.replace("\0", ""))
                .param("longest", LONGEST_ERROR)
                .param("name", job.name())
                .update();
    }

    private static JobView viewOf(ResultSet row) throws SQLException {
        return new JobView(
                row.getString("name"),
                row.getString("queue"),
                moment(row, "next_run_at"),
                moment(row, "last_success_at"),
                moment(row, "last_failure_at"),
                row.getString("last_error"),
                row.getInt("consecutive_failures"),
                moment(row, "running_since"),
                row.getString("running_at"),
                row.getBoolean("overdue"));
    }

    private static @Nullable Instant moment(ResultSet row, String column) throws SQLException {
        var moment = row.getObject(column, OffsetDateTime.class);
        return moment == null ? null : moment.toInstant();
    }
}
