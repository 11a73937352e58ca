create table workflow_instances (
    id              uuid primary key,
    organization_id uuid        not null references organizations,
    project_id      uuid        not null references projects,
    workflow        text        not null,
    input           jsonb       not null,
    state           text        not null,
    result          jsonb,
    error_message   text,
    created_at      timestamptz not null default now(),
    started_at      timestamptz,
    finished_at     timestamptz,
    -- when Temporal is asked to start it again; null once it has
    start_at        timestamptz default now(),
    start_tries     int         not null default 0
);
create index workflow_instances_by_project on workflow_instances (project_id, id desc);
create index workflow_instances_to_start on workflow_instances (start_at) where start_at is not null;
