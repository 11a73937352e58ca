create table api_tokens (
    id              uuid primary key,
    organization_id uuid        not null references organizations,
    project_id      uuid        not null references projects,
    name            text        not null,
    -- the token itself is shown once and never stored
    sha256          text        not null unique,
    created_at      timestamptz not null default now(),
    expires_at      timestamptz,
    revoked_at      timestamptz
);
