-- Official accounts, their agents and credentials. Times are Unix milliseconds
-- and 0 means never; yes and no are 1 and 0; an empty text means not set.

create table official_account (
    appid text collate "C" not null primary key,
    secret bytea not null,
    wechat_id text collate "C" not null unique,
    original_id text collate "C" not null unique,
    name text collate "C" not null,
    callback_url text not null,
    callback_token text not null,
    callback_key text not null,
    callback_mode text not null,
    kf_id_form text not null,
    verified smallint not null,
    service_enabled smallint not null,
    frozen smallint not null,
    secret_frozen smallint not null,
    -- JSON array of prefixes.
    allowed_addresses text not null,
    agent_limit bigint not null,
    binding_limit bigint not null,
    invitation_life_ms bigint not null,
    -- JSON object of calls per day by path.
    daily_calls text not null,
    created_at bigint not null,
    -- The last number given to an agent. It only grows.
    last_kf_id bigint not null,
    -- The last id given to a record. It only grows.
    last_msgid bigint not null,
    credentials_revision bigint not null,
    directory_revision bigint not null
);

create table agent (
    appid text collate "C" not null references official_account (appid) on delete cascade,
    kf_id bigint not null,
    kf_account text collate "C" not null,
    nickname text not null,
    avatar_key text not null,
    avatar_format text not null,
    worker text collate "C" not null,
    invite_worker text not null,
    invite_expires_at bigint not null,
    invite_rejected smallint not null,
    online smallint not null,
    auto_accept bigint not null,
    presence_since bigint not null,
    -- The number of the agent's rows in kf_session.
    serving bigint not null,
    created_at bigint not null,
    primary key (appid, kf_id),
    unique (appid, kf_account)
);

create unique index agent_worker on agent (appid, worker) where worker <> '';

-- One row a person, so that bindings are counted over all official accounts.
create table worker (
    wechat_id text collate "C" not null primary key,
    bindings bigint not null
);

create table kf_session (
    appid text collate "C" not null,
    openid text collate "C" not null,
    kf_id bigint not null,
    opened_at bigint not null,
    primary key (appid, openid),
    foreign key (appid, kf_id) references agent (appid, kf_id) on delete cascade
);

create index kf_session_agent on kf_session (appid, kf_id);

create table token (
    digest bytea not null primary key,
    appid text collate "C" not null references official_account (appid) on delete cascade,
    chain text collate "C" not null,
    salt bytea not null,
    issued_at bigint not null,
    expires_at bigint not null,
    forced smallint not null,
    superseded_at bigint not null,
    cut smallint not null
);

create unique index token_latest on token (appid, chain) where superseded_at = 0;
create index token_chain on token (appid, chain, superseded_at);
create index token_expiry on token (expires_at);

create table counter (
    appid text collate "C" not null,
    period text collate "C" not null,
    name text collate "C" not null,
    total bigint not null,
    primary key (appid, period, name)
);

create index counter_period on counter (period);

-- Refused API calls. What strangers wrote is kept as bytes: it need not be text.
create table api_call (
    rid text collate "C" not null primary key,
    appid text collate "C" not null,
    called_at bigint not null,
    took_us bigint not null,
    path bytea not null,
    errcode bigint not null,
    query bytea not null,
    request bytea not null,
    response bytea not null,
    client_ip text not null
);

create index api_call_account on api_call (appid);
create index api_call_time on api_call (called_at);

create table setting (
    name text collate "C" not null primary key,
    value text not null
);
