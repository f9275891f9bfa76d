-- People with logins, their logins, and what they did. Times are Unix milliseconds
-- and 0 means never; yes and no are 1 and 0.

create table person (
    wechat_id text collate "C" not null primary key,
    name text not null,
    role text not null,
    -- A hash with its parameters; empty when nobody can sign in with a password.
    password text not null,
    disabled smallint not null,
    created_at bigint not null
);

create table login (
    digest bytea not null primary key,
    person text collate "C" not null references person (wechat_id) on delete cascade,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null
);

create index login_person on login (person, created_at);
create index login_expiry on login (expires_at);

-- The seats of a person over all official accounts.
create index agent_seat on agent (worker, appid, kf_id);

-- Rows are added and swept, never changed. What was and what became of the object is
-- for people to read, and kept as bytes: it need not be text.
create table audit (
    act_id bigint generated always as identity primary key,
    at bigint not null,
    who text not null,
    what text not null,
    object text not null,
    was bytea not null,
    became bytea not null,
    ip text not null,
    rid text not null
);

create index audit_at on audit (at);
