-- Tasks that were removed and whose objects are to go: all that is left of them. Written in the transaction that removes
-- the task, removed when a look into the object store has found nothing.
create table task_removals (
    task_id    uuid        primary key,
    removed_at timestamptz not null default now(),
    -- when the object store is looked into next
    due_at     timestamptz not null default now()
);
create index task_removals_due on task_removals (due_at);

-- A key may name a task that is gone: it is as good as unused, and is removed a week after its use as before. With the
-- reference each removed task would cost a look at all keys, which have no index by task.
alter table idempotency_keys drop constraint idempotency_keys_task_id_fkey;
