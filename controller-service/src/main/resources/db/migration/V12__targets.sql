-- Where tasks want to run, each kind once: what waits is found by this small key. Never removed: a row per kind there ever was.
create table targets (
    id             int generated always as identity primary key,
    runtime_type   text  not null,
    pool           text  not null,
    labels         jsonb not null,
    -- labels may be longer than an index takes
    labels_md5     text  not null generated always as (md5(cast(labels as text))) stored,
    -- why tasks with this target wait; null when nothing holds them. One row, however many wait
    waiting_reason text,
    unique (runtime_type, pool, labels_md5)
);

alter table dispatch_outbox
    -- Null in rows of earlier versions: the Enqueuers fill it in, a thousand rows at a time. No reference: it would lock the
    -- one row of a busy target for each task.
    add column target_id int,
    -- Written while its task was QUEUED already: only such a row can be left over.
    add column put_back  boolean not null default false;
