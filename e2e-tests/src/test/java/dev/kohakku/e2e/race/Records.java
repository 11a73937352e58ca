package dev.kohakku.e2e.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.dispatcher.backend.mock.MockEngine;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

    /**
     * No attempt ran twice, and each that completed has run.
     *
     * <p>Where a task's container is removed by somebody else, as its script may say, nothing is
     * left that tells a dispatcher's successor of a start that was never reported: {@code
     * docs/recovery.md} has this limit. Such an attempt may have run once for each of its owners,
     * and is printed.
     */
    void assertRunsOf(MockEngine engine) throws SQLException {
        var owners = ownersOfVanishing();
        var tooOften = new ArrayList<String>();
        engine.runs()
                .forEach((attempt, runs) -> {
                    int most = owners.getOrDefault(attempt.toString(), 1);
                    if (runs > most) {
                        tooOften.add(attempt + " ran " + runs + " times, at most " + most);
                    } else if (runs > 1) {
                        System.out.println(
                                attempt + " was removed unreported, and ran again: " + runs);
                    }
                });
        assertThat(tooOften).as("attempts that ran twice").isEmpty();
        assertThat(engine.runs().keySet().stream().map(Object::toString).toList())
                .as("what completed has run")
                .containsAll(completedAttempts());
    }

    /** How many owners each attempt had whose container somebody else removes: its epoch. */
    private Map<String, Integer> ownersOfVanishing() throws SQLException {
        var owners = new HashMap<String, Integer>();
        var told =
                ask(
                        """
                        select a.task_id || '/' || a.number || ' ' || greatest(a.epoch, 1)
                        from attempts a join tasks t on t.id = a.task_id
                        where t.spec -> 'env' ->> 'MOCK_VANISH' = 'true'
                        """);
        for (var each : told) {
            var parts = each.split(" ", 2);
            owners.put(parts[0], Integer.valueOf(parts[1]));
        }
        return owners;
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
