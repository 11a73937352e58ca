-- When each scope was searched last. A row per scope there ever was; too few of them to be removed. Its lock makes the
-- inventories of one scope come one after the other, whatever replica takes them.
create table scope_inventories (
    runtime_type text        not null,
    scope        text        not null,
    -- when the newest search began: what came into being since may be missing
    searched_at  timestamptz not null,
    reported_by  text        not null,
    primary key (runtime_type, scope)
);

-- Containers and records that do not match. Resolved by whatever settles them, removed thirty days later.
create table leaks (
    id                 bigint generated always as identity primary key,
    kind               text        not null,
    runtime_type       text        not null,
    -- null where nobody can say where the container may be
    scope              text,
    -- no references: what a container's labels say may be known to no database
    task_id            uuid        not null,
    attempt            int         not null,
    container_id       text,
    -- who had the attempt last; of UNVERIFIED only
    dispatcher_id      text,
    -- whose inventory showed it; null for UNVERIFIED
    reported_by        text,
    first_seen_at      timestamptz not null,
    last_seen_at       timestamptz not null,
    destroy_ordered_at timestamptz,
    resolved_at        timestamptz,
    resolution         text
);
create unique index leaks_open_containers on leaks (runtime_type, scope, task_id, attempt, container_id)
    where kind = 'DANGLING' and resolved_at is null;
create unique index leaks_open_attempts on leaks (kind, task_id, attempt)
    where kind <> 'DANGLING' and resolved_at is null;
create index leaks_of_attempts on leaks (task_id, attempt);
create index leaks_by_age on leaks (first_seen_at);
create index leaks_resolved on leaks (resolved_at) where resolved_at is not null;

-- One row: what outlives the leaks.
create table leak_ledger (
    only_row          boolean          primary key default true check (only_row),
    -- attempts that ended before were not looked after
    begun_at          timestamptz      not null default now(),
    -- of the leaks that were removed
    container_seconds double precision not null default 0
);
insert into leak_ledger default values;

-- The ends of owned attempts that no dispatcher has reported.
create index task_events_unverified on task_events (at)
    where type = 'state' and from_state in ('PROVISIONING', 'RUNNING', 'CANCELLING')
      and to_state in ('PENDING', 'COMPLETED', 'FAILED', 'TIMED_OUT', 'CANCELLED') and actor not like 'dispatcher:%';
