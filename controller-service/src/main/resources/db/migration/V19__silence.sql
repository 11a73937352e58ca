-- By what a dispatcher that is not heard is judged.
alter table dispatchers
    -- since when its backends are where they are, and how many heartbeats in a row have said the same since
    add column backends_since timestamptz not null default now(),
    add column backends_beats int         not null default 0,
    -- its own address: when somebody asked there, when this very process answered last, and since when
    -- every question was refused (nobody listens)
    add column probed_at      timestamptz,
    add column answered_at    timestamptz,
    add column refused_since  timestamptz;

-- Since when any dispatcher at all has been heard without a gap. Only in such a time is the silence of another its own.
alter table api_presence
    add column heard_since timestamptz not null default now(),
    add column heard_at    timestamptz not null default now();
