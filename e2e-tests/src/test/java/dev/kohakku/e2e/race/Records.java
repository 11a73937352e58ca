package dev.kohakku.e2e.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.dispatcher.backend.mock.MockEngine;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What the Controllers have written down, asked of their database itself. */
public final class Records implements AutoCloseable {

    private static final String TERMINAL = "('COMPLETED', 'FAILED', 'TIMED_OUT', 'CANCELLED')";

    private final Connection connection;

    public Records(String jdbcUrl) throws SQLException {
        connection = DriverManager.getConnection(jdbcUrl);
    }

    /** One end for each task, by one attempt that counts, and never because nobody watched. */
    public void assertEachEndedOnce() throws SQLException {
        assertThat(withoutExactlyOneEnd()).isEmpty();
        assertThat(withoutExactlyOneEffectiveAttempt()).isEmpty();
        assertThat(ends())
                .as("ended by themselves, whoever watched")
                .noneMatch(end -> end.contains("RUN_TIMEOUT"))
                .anyMatch(end -> end.contains("COMPLETED"));
    }

    /** No attempt ran twice, whoever removed its container, and each that completed has run. */
    void assertRunsOf(MockEngine engine) throws SQLException {
        assertThat(engine.runs())
                .as("runs of each attempt")
                .allSatisfy((attempt, runs) -> assertThat(runs).isOne());
        assertThat(engine.runs().keySet().stream().map(Object::toString).toList())
                .as("what completed has run")
                .containsAll(completedAttempts());
    }

    /** The ids of all tasks there are. */
    public List<String> tasks() throws SQLException {
        return ask("select id::text from tasks");
    }

    public List<String> notEnded() throws SQLException {
        return ask("select id || ' ' || state from tasks where state not in " + TERMINAL);
    }

    /** Tasks whose timeline has not exactly one end, or another than the task's state. */
    private List<String> withoutExactlyOneEnd() throws SQLException {
        return ask(
                """
                select t.id || ' ' || t.state || ' ' || coalesce(string_agg(e.to_state, ','), 'no end')
                from tasks t
                left join task_events e
                    on e.task_id = t.id and e.type = 'state' and e.to_state in %s
                group by t.id
                having count(e.id) <> 1 or min(e.to_state) <> t.state
                """
                        .formatted(TERMINAL));
    }

    /** Tasks with an attempt that counts beside the last, or whose last ended otherwise. */
    private List<String> withoutExactlyOneEffectiveAttempt() throws SQLException {
        return ask(
                """
                select t.id || ' ' || t.state || ' ' || string_agg(a.number || ':' || a.state, ',')
                from tasks t
                join attempts a on a.task_id = t.id
                group by t.id
                having count(*) filter (where a.number = t.attempt and a.state = t.state) <> 1
                    or count(*) <> t.attempt
                    or count(*) filter (where a.number < t.attempt
                        and (a.state not in ('FAILED', 'TIMED_OUT') or a.failure_kind is null)) > 0
                """);
    }

    /** Attempts that ended well, as {@code <task>/<number>}. */
    public List<String> completedAttempts() throws SQLException {
        return ask("select task_id || '/' || number from attempts where state = 'COMPLETED'");
    }

    List<String> workflowsNotCompleted() throws SQLException {
        return ask(
                """
                select id || ' ' || state || coalesce(' ' || waiting_reason, '')
                    || coalesce(' ' || error_message, '')
                from workflow_instances where state <> 'COMPLETED'
                """);
    }

    /** The tasks that belong to workflows, by the label they carry. */
    List<String> tasksOfWorkflows() throws SQLException {
        return ask(
                """
                select labels ->> 'kohakku.dev/workflow-instance'
                from tasks where labels ? 'kohakku.dev/workflow-instance'
                """);
    }

    /** How many attempts each dispatcher ran. */
    List<String> shares() throws SQLException {
        return ask(
                """
                select dispatcher_id || ' ' || count(*) from attempts
                where dispatcher_id is not null group by dispatcher_id order by dispatcher_id
                """);
    }

    /** How many ended how, for the reader of the report. */
    public List<String> ends() throws SQLException {
        return ask(
                """
                select count(*) || ' ' || state || coalesce(' ' || failure_kind, '')
                from attempts group by state, failure_kind order by count(*) desc
                """);
    }

    private List<String> ask(String sql) throws SQLException {
        var answers = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                answers.add(rows.getString(1));
            }
        }
        return answers;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
