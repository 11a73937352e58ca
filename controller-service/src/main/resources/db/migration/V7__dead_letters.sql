-- Entries the queue gave up, moved here from Redis. Kept for ever: nobody removes them yet.
create table dead_letters (
    id         uuid primary key,
    queue      text        not null,
    entry_id   text        not null,
    reason     text        not null,
    -- json and not jsonb: a malformed entry may hold NUL, which jsonb refuses
    fields     json        not null,
    -- what the entry names; null where it cannot be read. No reference: the task may be unknown
    task_id    uuid,
    attempt    int,
    -- when it was moved here, by the database's clock
    died_at    timestamptz not null default now(),
    -- a stop between the commit and its removal from Redis brings a letter twice
    unique (queue, entry_id)
);
create index dead_letters_newest on dead_letters (died_at desc, id desc);

-- The task that this one does again; one task is done again once at most.
alter table tasks add column redrive_of uuid references tasks unique;

-- Tasks that failed, the newest first, with what decides whether they are dead letters.
create index tasks_failed on tasks (finished_at desc, id desc, failure_kind) where failure_kind is not null;
