-- Official accounts, their agents and credentials. Times are Unix milliseconds
-- and 0 means never; yes and no are 1 and 0; an empty text means not set.

create table official_account (
    appid text not null primary key,
    secret blob not null,
    wechat_id text not null unique,
    original_id text not null unique,
    name text not null,
    callback_url text not null,
    callback_token text not null,
    callback_key text not null,
    callback_mode text not null,
    kf_id_form text not null,
    verified integer not null,
    service_enabled integer not null,
    frozen integer not null,
    secret_frozen integer not null,
    -- JSON array of prefixes.
    allowed_addresses text not null,
    agent_limit integer not null,
    binding_limit integer not null,
    invitation_life_ms integer not null,
    -- JSON object of calls per day by path.
    daily_calls text not null,
    created_at integer not null,
    -- The last number given to an agent. It only grows.
    last_kf_id integer not null,
    -- The last id given to a record. It only grows.
    last_msgid integer not null,
    credentials_revision integer not null,
    directory_revision integer not null
) strict, without rowid;

create table agent (
    appid text not null references official_account (appid) on delete cascade,
    kf_id integer not null,
    kf_account text not null,
    nickname text not null,
    avatar_key text not null,
    avatar_format text not null,
    worker text not null,
    invite_worker text not null,
    invite_expires_at integer not null,
    invite_rejected integer not null,
    online integer not null,
    auto_accept integer not null,
    presence_since integer not null,
    -- The number of the agent's rows in kf_session.
    serving integer not null,
    created_at integer not null,
    primary key (appid, kf_id),
    unique (appid, kf_account)
) strict, without rowid;

create unique index agent_worker on agent (appid, worker) where worker <> '';

-- One row a person, so that bindings are counted over all official accounts.
create table worker (
    wechat_id text not null primary key,
    bindings integer not null
) strict, without rowid;

create table kf_session (
    appid text not null,
    openid text not null,
    kf_id integer not null,
    opened_at integer not null,
    primary key (appid, openid),
    foreign key (appid, kf_id) references agent (appid, kf_id) on delete cascade
) strict, without rowid;

create index kf_session_agent on kf_session (appid, kf_id);

create table token (
    digest blob not null primary key,
    appid text not null references official_account (appid) on delete cascade,
    chain text not null,
    salt blob not null,
    issued_at integer not null,
    expires_at integer not null,
    forced integer not null,
    superseded_at integer not null,
    cut integer not null
) strict, without rowid;

create unique index token_latest on token (appid, chain) where superseded_at = 0;
create index token_chain on token (appid, chain, superseded_at);
create index token_expiry on token (expires_at);

create table counter (
    appid text not null,
    period text not null,
    name text not null,
    total integer not null,
    primary key (appid, period, name)
) strict, without rowid;

create index counter_period on counter (period);

-- Refused API calls. What strangers wrote is kept as bytes: it need not be text.
create table api_call (
    rid text not null primary key,
    appid text not null,
    called_at integer not null,
    took_us integer not null,
    path blob not null,
    errcode integer not null,
    query blob not null,
    request blob not null,
    response blob not null,
    client_ip text not null
) strict;

create index api_call_account on api_call (appid);
create index api_call_time on api_call (called_at);

create table setting (
    name text not null primary key,
    value text not null
) strict, without rowid;
