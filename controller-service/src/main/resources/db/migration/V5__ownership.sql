-- What an operator wants of a dispatcher, kept by its id whatever process has it.
alter table dispatchers
    add column cordoned_at  timestamptz,
    add column cordoned_by  text,
    -- cordoned, and its watches are to be handed to others in the same scope
    add column draining     boolean not null default false,
    -- when its process said that it stops; null again once a process has checked in
    add column left_at      timestamptz;

-- Since when a process that dispatchers can reach has been there without a gap: only what happened since then can be
-- called silence of a dispatcher. One row.
create table api_presence (
    only_row boolean     primary key default true check (only_row),
    since    timestamptz not null default now(),
    seen_at  timestamptz not null default now()
);
insert into api_presence default values;
