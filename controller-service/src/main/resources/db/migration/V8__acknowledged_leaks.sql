-- Of leaks that a person has closed; null where the platform settled them by itself.
alter table leaks add column resolved_by text, add column note text;
