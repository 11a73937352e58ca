-- What a token is good for, who made it and when it was last used. The default is for Controllers of the release
-- before, which know no scopes: what they make may do all that it could do there.
alter table api_tokens
    add column scopes       text[] not null default '{read,submit,operate,admin}',
    add column created_by   text,
    add column last_used_at timestamptz;
