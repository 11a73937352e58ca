-- When an attempt's owner first said that it asks the engine to start the container. A container that cannot be
-- found afterwards may have run.
alter table attempts add column start_asked_at timestamptz;
