-- One row per workflow a client started. The row comes first; a loop then asks Temporal, again and again until it answers.
create table workflow_instances (
    id                  uuid primary key,
    organization_id     uuid        not null references organizations,
    project_id          uuid        not null references projects,
    workflow            text        not null,
    input               jsonb       not null,
    state               text        not null,
    -- what holds it up, in words; null when nothing does
    waiting_reason      text,
    result              jsonb,
    error_message       text,
    idempotency_key     text,
    input_sha256        text        not null,
    cancel_requested_at timestamptz,
    cancel_requested_by text,
    created_at          timestamptz not null default now(),
    started_at          timestamptz,
    finished_at         timestamptz,
    -- when Temporal is asked next, to start it or how it stands; null once it has ended
    look_at             timestamptz default now(),
    -- how often it was asked since something last happened: the pause grows with it. 0 before the first start only
    looks               int         not null default 0,
    unique (project_id, idempotency_key)
);
create index workflow_instances_by_project on workflow_instances (project_id, id desc);
create index workflow_instances_due on workflow_instances (look_at) where look_at is not null;

-- A day without success: kept with its last error, and no longer tried.
alter table task_end_outbox add column given_up_at timestamptz;
drop index task_end_outbox_ready;
create index task_end_outbox_ready on task_end_outbox (kind, available_at) where given_up_at is null;
