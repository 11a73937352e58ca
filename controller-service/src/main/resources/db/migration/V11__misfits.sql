-- How often an attempt was read by a dispatcher that could not run it: the pause before it is offered again grows with it.
alter table attempts add column misfits int not null default 0;

-- The same as of when the row was written for that reason; 0 where it is there for any other.
alter table dispatch_outbox add column misfits int not null default 0;
