-- One row, and one lease, per dispatcher.
create table dispatchers (
    id                text primary key,
    instance          text        not null,
    url               text        not null,
    queue             text        not null,
    max_running_tasks int         not null,
    free_slots        int         not null,
    backends          jsonb       not null,
    version           text        not null,
    checked_in_at     timestamptz not null default now(),
    lease_expires_at  timestamptz not null
);
