-- Tenancy comes later; its columns are here from the first row.
create table organizations (
    id   uuid primary key,
    name text not null unique
);
create table projects (
    id              uuid primary key,
    organization_id uuid not null references organizations,
    name            text not null,
    unique (organization_id, name)
);
insert into organizations (id, name) values ('00000000-0000-7000-8000-000000000001', 'default');
insert into projects (id, organization_id, name)
values ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 'default');

-- One row per task. State, current attempt, epoch and owner stand together, so that every move is one conditional update.
create table tasks (
    id                  uuid primary key,
    organization_id     uuid        not null references organizations,
    project_id          uuid        not null references projects,
    name                text        not null,
    state               text        not null,
    spec                jsonb       not null,
    runtime_type        text        not null,
    labels              jsonb       not null default '{}',
    priority            smallint    not null,
    max_attempts        smallint    not null,
    traceparent         text,
    attempt             int         not null default 1,
    epoch               bigint      not null default 0,
    dispatcher_id       text,
    dispatcher_instance text,
    -- why a task that is PENDING is not admitted yet; null when nothing holds it
    waiting_reason      text,
    cancel_requested_at timestamptz,
    cancel_requested_by text,
    brief_key           text,
    brief_sha256        text,
    exit_code           int,
    failure_kind        text,
    error_message       text,
    result_key          text,
    result_metadata     jsonb,
    created_at          timestamptz not null default now(),
    queued_at           timestamptz,
    claimed_at          timestamptz,
    started_at          timestamptz,
    finished_at         timestamptz,
    -- when the watcher of this state acts; null only in terminal states
    deadline_at         timestamptz,
    expires_at          timestamptz,
    updated_at          timestamptz not null default now()
);
create index tasks_by_project on tasks (project_id, id desc);
create index tasks_by_state on tasks (state, id desc);
create index tasks_by_labels on tasks using gin (labels jsonb_path_ops);
create index tasks_due on tasks (deadline_at) where deadline_at is not null;
create index tasks_by_owner on tasks (dispatcher_id) where state in ('PROVISIONING', 'RUNNING', 'CANCELLING');

-- The record of each try; what may be written now is decided by the row in tasks.
create table attempts (
    task_id               uuid        not null references tasks,
    number                int         not null,
    epoch                 bigint      not null default 0,
    dispatcher_id         text,
    scope                 text,
    container_id          text,
    callback_token_sha256 text,
    last_report_sequence  bigint      not null default 0,
    state                 text        not null,
    created_at            timestamptz not null default now(),
    claimed_at            timestamptz,
    started_at            timestamptz,
    finished_at           timestamptz,
    exit_code             int,
    failure_kind          text,
    error_message         text,
    result_key            text,
    result_metadata       jsonb,
    log_stream            text,
    primary key (task_id, number)
);

-- The timeline: append-only.
create table task_events (
    id         bigint generated always as identity primary key,
    task_id    uuid        not null references tasks,
    attempt    int         not null,
    epoch      bigint      not null,
    type       text        not null,
    from_state text,
    to_state   text,
    actor      text        not null,
    message    text,
    detail     jsonb       not null default '{}',
    at         timestamptz not null default now()
);
create index task_events_of_task on task_events (task_id, id);

create table idempotency_keys (
    project_id  uuid        not null references projects,
    key         text        not null,
    body_sha256 text        not null,
    task_id     uuid        not null references tasks,
    created_at  timestamptz not null default now(),
    primary key (project_id, key)
);

-- Written in the task's transaction, emptied by the Enqueuer after the entry is on the stream.
create table dispatch_outbox (
    task_id      uuid        not null references tasks,
    attempt      int         not null,
    priority     smallint    not null,
    created_at   timestamptz not null default now(),
    available_at timestamptz not null default now(),
    taken_until  timestamptz,
    primary key (task_id, attempt)
);
create index dispatch_outbox_ready on dispatch_outbox (available_at);

-- Written in the transaction that ends a task, emptied once everybody who asked has been told.
create table task_end_outbox (
    id           bigint generated always as identity primary key,
    task_id      uuid        not null references tasks,
    kind         text        not null,
    target       text        not null,
    created_at   timestamptz not null default now(),
    available_at timestamptz not null default now(),
    tries        int         not null default 0,
    last_error   text,
    unique (task_id, kind)
);
create index task_end_outbox_ready on task_end_outbox (available_at);
