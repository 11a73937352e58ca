-- What image registries ask for before they hand out a private image.
create table image_registries (
    organization_id uuid        not null references organizations,
    -- host and port as in image references; docker.io for Docker Hub
    address         text        not null,
    username        text        not null,
    -- the password with its address, AES-256-GCM under SECRETS_KEY, in Base64
    sealed          text        not null,
    updated_at      timestamptz not null default now(),
    updated_by      text        not null,
    primary key (organization_id, address)
);

-- Images to pull before any attempt needs them.
create table image_prefetches (
    id              uuid primary key,
    organization_id uuid        not null references organizations,
    image           text        not null,
    -- whose dispatchers pull it; null for those of every pool
    pool            text,
    requested_at    timestamptz not null default now(),
    requested_by    text        not null,
    -- from then on no dispatcher is told of it any more
    expires_at      timestamptz not null
);

-- What came of it at each dispatcher that was live when it was asked for.
create table image_prefetch_targets (
    prefetch_id   uuid not null references image_prefetches on delete cascade,
    dispatcher_id text not null,
    -- null while nothing has been heard
    result        text check (result in ('PULLED', 'PRESENT', 'FAILED', 'UNSUPPORTED')),
    message       text,
    ended_at      timestamptz,
    primary key (prefetch_id, dispatcher_id)
);

-- Read with every heartbeat.
create index image_prefetch_targets_open on image_prefetch_targets (dispatcher_id) where result is null;
