package dev.kohakku.controller.plans;

import org.springframework.jdbc.core.simple.JdbcClient;

/** A Controller's tables after years of work, with a backlog. */
record LargeTables(JdbcClient jdbc, int rows) {

    /** A pool that nobody serves. */
    static final String UNSERVED = "nobody";

    /** Waiting and not served, waiting and served (a tenth), ended: of each as many. */
    void fill() {
        var project = "'00000000-0000-7000-8000-000000000002'";
        tasks("PENDING", UNSERVED, rows, 3_600);
        tasks("PENDING", "default", rows / 10, 1_800);
        tasks("COMPLETED", "default", rows, 86_400 * 30);
        run(
                """
                insert into targets (runtime_type, pool, labels)
                select distinct runtime_type, runtime_pool, runtime_labels from tasks on conflict do nothing
                """);
        run(
                """
                insert into dispatch_outbox (task_id, attempt, priority, created_at, target_id)
                select t.id, 1, t.priority, t.created_at, g.id from tasks t join targets g on g.pool = t.runtime_pool
                where t.state = 'PENDING'
                """);
        run(
                """
                insert into attempts (task_id, number, epoch, dispatcher_id, scope, state, created_at, finished_at)
                select id, 1, 1, dispatcher_id, 'engine-1', state, created_at, finished_at from tasks
                """);
        run(
                """
                insert into task_events (task_id, attempt, epoch, type, from_state, to_state, actor, message, at)
                select t.id, 1, 0, 'state', moves.before, moves.after, moves.actor, 'words', t.created_at
                from tasks t cross join (values (null, 'PENDING', 'token', false), ('PENDING', 'QUEUED', 'enqueuer', true),
                                                ('RUNNING', 'COMPLETED', 'rescuer', true)) moves(before, after, actor, ended)
                where t.state = 'COMPLETED' or not moves.ended
                """);
        run(
                "insert into idempotency_keys (project_id, key, body_sha256, task_id, created_at) select "
                        + project
                        + ", cast(id as text), 'x', id, created_at from tasks where state = 'PENDING'");
        run("analyze");
    }

    /** Ids are in the order of creation, as those of the Controller are. */
    private void tasks(String state, String pool, int number, int seconds) {
        jdbc.sql(
                        """
                        insert into tasks (id, organization_id, project_id, name, state, spec, runtime_type, runtime_pool, labels, priority,
                                           max_attempts, attempt, epoch, dispatcher_id, created_at, queued_at, finished_at, deadline_at)
                        select cast(lpad(to_hex(cast(extract(epoch from made.at) * 1000 as bigint)), 12, '0') || '7000'
                                    || '8000' || substr(md5(cast(made.at as text) || :state || :pool), 1, 12) as uuid),
                               '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', 'n', :state,
                               '{"image": "busybox", "timeouts": {"queue": "PT1H"}}', 'LOCAL', :pool,
                               jsonb_build_object('batch', cast(made.n / 100 as text)), made.n % 10, 1, 1, 1,
                               case when :state = 'COMPLETED' then 'd-gone' end, made.at, null,
                               case when :state = 'COMPLETED' then made.at end,
                               case when :state = 'PENDING' then now() + interval '1 day' end
                        from (select n, now() - make_interval(secs => :seconds * (1 - n / cast(:number as double precision))) as at
                              from generate_series(1, :number) n) made
                        on conflict do nothing
                        """)
                .param("state", state)
                .param("pool", pool)
                .param("number", number)
                .param("seconds", seconds)
                .update();
    }

    private void run(String sql) {
        jdbc.sql(sql).update();
    }
}
