-- Background jobs that nobody waits for: a row for each, in the table of the worker queue that does it. Workers of the
-- queue put the rows there; one that no worker knows any more is removed after two weeks. All columns but the last two
-- are those of the library that schedules them.
create table jobs_default (
    task_name            text        not null,
    task_instance        text        not null,
    task_data            bytea,
    -- when it is due; while it runs, when it was
    execution_time       timestamptz not null,
    picked               boolean     not null,
    picked_by            text,
    last_success         timestamptz,
    last_failure         timestamptz,
    consecutive_failures int,
    -- of the worker that has picked it: without one for a while another worker takes it
    last_heartbeat       timestamptz,
    version              bigint      not null,
    priority             smallint,
    -- when its last run began
    started_at           timestamptz,
    -- what its last failure said
    last_error           text,
    primary key (task_name, task_instance)
);

create table jobs_dispatch (like jobs_default including all);

create table jobs_cleanup (like jobs_default including all);
