-- How attempts come to a dispatcher, and which. A version that does not say so has a dispatcher of the default pool on a stream.
alter table dispatchers
    -- BUS: it takes them from the stream in "queue"; HTTP: they are sent to its url, and "queue" is its own list
    add column mode   text  not null default 'BUS',
    add column pool   text  not null default 'default',
    add column labels jsonb not null default '{}';

-- Where a task wants to run, beside runtime_type; the spec says it as well.
alter table tasks
    add column runtime_pool   text  not null default 'default',
    add column runtime_labels jsonb not null default '{}';

-- For the reasons of those who choose: few, so that the Enqueuer need not look through the backlog for them.
create index tasks_choosy on tasks (id) where state = 'PENDING' and (runtime_pool <> 'default' or runtime_labels <> '{}');
