-- Empty but for rows of an earlier version, which are all there are when it is built.
create index dispatch_outbox_untargeted on dispatch_outbox (task_id) where target_id is null;

-- Nearly every row that waits may go now: this index was written and never worth reading.
-- (dispatch_outbox_by_rank stays for one release: Enqueuers of the one before read it.)
drop index dispatch_outbox_ready;
