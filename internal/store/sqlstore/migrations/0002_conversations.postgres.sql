-- Customers, their sessions, what is said, and what the developer's server is
-- told. Times are Unix milliseconds and 0 means never; yes and no are 1 and 0.
-- What people write freely is kept as bytes or as JSON, which escapes a NUL: not
-- every database has room for one in a text.

-- The defaults are those of the program when this was released.
alter table official_account add column callback_format text not null default '';
alter table official_account add column session_patience_ms bigint not null default 1800000;
alter table official_account add column offline_grace_ms bigint not null default 300000;
alter table official_account add column sends_per_minute bigint not null default 100000;
-- The last number given to a tag. It only grows.
alter table official_account add column last_tag_id bigint not null default 99;
-- Where within each second the ids of records begin; another place for each account.
alter table official_account add column msgid_offset bigint not null default 0;
-- By how many seconds the id of a record was ever ahead of its time, because the
-- clock had stepped back. It only grows.
alter table official_account add column clock_lead_s bigint not null default 0;

alter table agent add column idle_since bigint not null default 0;
update agent set idle_since = presence_since;

alter table kf_session add column active_at bigint not null default 0;
update kf_session set active_at = opened_at;

create table customer (
    appid text collate "C" not null references official_account (appid) on delete cascade,
    openid text collate "C" not null,
    nickname bytea not null,
    subscribed smallint not null,
    subscribed_at bigint not null,
    scene bytea not null,
    qr_scene bigint not null,
    qr_scene_str bytea not null,
    remark bytea not null,
    blocked smallint not null,
    -- JSON array of allowances of replies; empty for none.
    grants text not null,
    last_in_at bigint not null,
    last_out_at bigint not null,
    typing_until bigint not null,
    last_served_by bigint not null,
    courier text collate "C" not null,
    courier_until bigint not null,
    created_at bigint not null,
    primary key (appid, openid)
);

create index customer_following on customer (appid, openid) where subscribed = 1;
create index customer_blocked on customer (appid, openid) where blocked = 1;

create table tag (
    appid text collate "C" not null references official_account (appid) on delete cascade,
    tag_id bigint not null,
    name bytea not null,
    primary key (appid, tag_id),
    unique (appid, name)
);

create table customer_tag (
    appid text collate "C" not null,
    tag_id bigint not null,
    openid text collate "C" not null,
    -- Orders the tags of one customer.
    given bigint not null,
    primary key (appid, tag_id, openid),
    foreign key (appid, tag_id) references tag (appid, tag_id) on delete cascade
);

create index customer_tag_customer on customer_tag (appid, openid);

create table waiting (
    appid text collate "C" not null references official_account (appid) on delete cascade,
    openid text collate "C" not null,
    -- The place in the queue; the lowest came first.
    arrived bigint not null,
    since bigint not null,
    latest_at bigint not null,
    -- The only agent to be offered to; 0 for any.
    named bigint not null,
    primary key (appid, openid)
);

create index waiting_order on waiting (appid, arrived);
create index waiting_named on waiting (appid, named, arrived);

-- The next three have no foreign key: they get a row for everything that is said,
-- and RemoveOfficialAccount empties them itself.

create table message (
    appid text collate "C" not null,
    msgid bigint not null,
    openid text collate "C" not null,
    sender text not null,
    kf_id bigint not null,
    kf_account text not null,
    -- JSON of what is said.
    content text not null,
    sent_at bigint not null,
    delivery text not null,
    refused bytea not null,
    own_id bigint not null,
    primary key (appid, msgid)
);

create index message_customer on message (appid, openid, msgid);
create unique index message_own on message (appid, openid, own_id) where own_id <> 0;
create index message_outgoing on message (appid, msgid) where delivery = 'queued';

-- The chat records. They are asked for by time, which their ids follow.
create table record (
    appid text collate "C" not null,
    msgid bigint not null,
    happened_at bigint not null,
    openid text collate "C" not null,
    what bigint not null,
    worker text not null,
    body bytea not null,
    why text not null,
    primary key (appid, msgid)
);

create table push (
    appid text collate "C" not null,
    push_id bigint not null,
    openid text collate "C" not null,
    happened_at bigint not null,
    -- The message it tells of; 0 for an event.
    msgid bigint not null,
    -- JSON of the event; empty for a message.
    event text not null,
    outcome text not null,
    due_at bigint not null,
    -- JSON array of the attempts; empty for none.
    attempts text not null,
    ended_at bigint not null,
    primary key (appid, push_id)
);

create index push_due on push (appid, push_id) where outcome = 'due';
create index push_due_customer on push (appid, openid) where outcome = 'due';
create index push_ended on push (ended_at) where outcome <> 'due';

-- Rows of an account that is removed stay, under no appid, until their time is
-- over and a sweep deletes what they name.
create table media (
    appid text collate "C" not null,
    media_id text collate "C" not null,
    kind text not null,
    format text not null,
    -- Where the bytes are. Several rows may name the same.
    media_key text collate "C" not null,
    size bigint not null,
    created_at bigint not null,
    expires_at bigint not null,
    primary key (appid, media_id)
);

create index media_bytes on media (media_key);
create index media_expiry on media (expires_at) where expires_at <> 0;
