-- In migrations of their own: each keeps writers of the outbox away while it is built.
-- What a take reads: the head of each target it can serve, and nothing of the others.
create index dispatch_outbox_by_target on dispatch_outbox (target_id, rank, task_id) include (priority, put_back) where target_id is not null;
create index dispatch_outbox_put_back on dispatch_outbox (task_id) where put_back;
