-- Of leaks that a person has closed; null where the platform settled them by itself.
alter table leaks add column resolved_by text, add column note text;

comment on table dead_letters is
    'Entries the queue gave up, moved here from Redis. Removed thirty days after they were redriven, or after they died where they can never be';
