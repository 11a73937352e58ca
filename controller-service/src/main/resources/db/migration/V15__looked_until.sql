-- Ends that nobody has reported and that lie before this have been looked after: the watcher reads the news only.
alter table leak_ledger add column looked_until timestamptz not null default '-infinity';
