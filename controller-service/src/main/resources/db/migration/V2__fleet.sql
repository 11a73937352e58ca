-- One row, and one lease, per dispatcher.
create table dispatchers (
    id                 text primary key,
    instance           text        not null,
    -- the process this one took the id over from; it does not get the id back while this one lives
    displaced_instance text,
    url                text        not null,
    queue              text        not null,
    max_running_tasks  int         not null,
    free_slots         int         not null,
    backends           jsonb       not null,
    version            text        not null,
    checked_in_at      timestamptz not null default now(),
    heartbeat_at       timestamptz not null default now(),
    lease_expires_at   timestamptz not null
);

-- The stream the current attempt was put on last; null until it was.
alter table tasks add column queue text;

-- For the watchers: each of them looks at little.
create index tasks_expiring on tasks (expires_at) where state in ('PENDING', 'QUEUED') and expires_at is not null;
create index tasks_unclaimed on tasks (queued_at) where state = 'QUEUED';

-- Priority with ageing: what has waited a minute longer counts as one priority higher. Two rows keep their order for
-- ever, so it is a number per row and an index, not a sort of the backlog in each round.
alter table dispatch_outbox
    add column rank double precision
        generated always as (cast(extract(epoch from created_at at time zone 'UTC') as double precision) - 60 * priority) stored;
create index dispatch_outbox_by_rank on dispatch_outbox (rank, task_id);
