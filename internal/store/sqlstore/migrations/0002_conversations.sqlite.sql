-- Customers, their sessions, what is said, and what the developer's server is
-- told. Times are Unix milliseconds and 0 means never; yes and no are 1 and 0.
-- What people write freely is kept as bytes or as JSON, which escapes a NUL: not
-- every database has room for one in a text.

-- The defaults are those of the program when this was released.
alter table official_account add column callback_format text not null default '';
alter table official_account add column session_patience_ms integer not null default 1800000;
alter table official_account add column offline_grace_ms integer not null default 300000;
alter table official_account add column sends_per_minute integer not null default 100000;
-- The last number given to a tag. It only grows.
alter table official_account add column last_tag_id integer not null default 99;
-- Where within each second the ids of records begin; another place for each account.
alter table official_account add column msgid_offset integer not null default 0;
-- By how many seconds the id of a record was ever ahead of its time, because the
-- clock had stepped back. It only grows.
alter table official_account add column clock_lead_s integer not null default 0;

alter table agent add column idle_since integer not null default 0;
update agent set idle_since = presence_since;

alter table kf_session add column active_at integer not null default 0;
update kf_session set active_at = opened_at;

create table customer (
    appid text not null references official_account (appid) on delete cascade,
    openid text not null,
    nickname blob not null,
    subscribed integer not null,
    subscribed_at integer not null,
    scene blob not null,
    qr_scene integer not null,
    qr_scene_str blob not null,
    remark blob not null,
    blocked integer not null,
    -- JSON array of allowances of replies; empty for none.
    grants text not null,
    last_in_at integer not null,
    last_out_at integer not null,
    typing_until integer not null,
    last_served_by integer not null,
    courier text not null,
    courier_until integer not null,
    created_at integer not null,
    primary key (appid, openid)
) strict, without rowid;

create index customer_following on customer (appid, openid) where subscribed = 1;
create index customer_blocked on customer (appid, openid) where blocked = 1;

create table tag (
    appid text not null references official_account (appid) on delete cascade,
    tag_id integer not null,
    name blob not null,
    primary key (appid, tag_id),
    unique (appid, name)
) strict, without rowid;

create table customer_tag (
    appid text not null,
    tag_id integer not null,
    openid text not null,
    -- Orders the tags of one customer.
    given integer not null,
    primary key (appid, tag_id, openid),
    foreign key (appid, tag_id) references tag (appid, tag_id) on delete cascade
) strict, without rowid;

create index customer_tag_customer on customer_tag (appid, openid);

create table waiting (
    appid text not null references official_account (appid) on delete cascade,
    openid text not null,
    -- The place in the queue; the lowest came first.
    arrived integer not null,
    since integer not null,
    latest_at integer not null,
    -- The only agent to be offered to; 0 for any.
    named integer not null,
    primary key (appid, openid)
) strict, without rowid;

create index waiting_order on waiting (appid, arrived);
create index waiting_named on waiting (appid, named, arrived);

-- The next three have no foreign key: they get a row for everything that is said,
-- and RemoveOfficialAccount empties them itself.

create table message (
    appid text not null,
    msgid integer not null,
    openid text not null,
    sender text not null,
    kf_id integer not null,
    kf_account text not null,
    -- JSON of what is said.
    content text not null,
    sent_at integer not null,
    delivery text not null,
    refused blob not null,
    own_id integer not null,
    primary key (appid, msgid)
) strict, without rowid;

create index message_customer on message (appid, openid, msgid);
create unique index message_own on message (appid, openid, own_id) where own_id <> 0;
create index message_outgoing on message (appid, msgid) where delivery = 'queued';

-- The chat records. They are asked for by time, which their ids follow.
create table record (
    appid text not null,
    msgid integer not null,
    happened_at integer not null,
    openid text not null,
    what integer not null,
    worker text not null,
    body blob not null,
    why text not null,
    primary key (appid, msgid)
) strict, without rowid;

create table push (
    appid text not null,
    push_id integer not null,
    openid text not null,
    happened_at integer not null,
    -- The message it tells of; 0 for an event.
    msgid integer not null,
    -- JSON of the event; empty for a message.
    event text not null,
    outcome text not null,
    due_at integer not null,
    -- JSON array of the attempts; empty for none.
    attempts text not null,
    ended_at integer not null,
    primary key (appid, push_id)
) strict, without rowid;

create index push_due on push (appid, push_id) where outcome = 'due';
create index push_due_customer on push (appid, openid) where outcome = 'due';
create index push_ended on push (ended_at) where outcome <> 'due';

-- Rows of an account that is removed stay, under no appid, until their time is
-- over and a sweep deletes what they name.
create table media (
    appid text not null,
    media_id text not null,
    kind text not null,
    format text not null,
    -- Where the bytes are. Several rows may name the same.
    media_key text not null,
    size integer not null,
    created_at integer not null,
    expires_at integer not null,
    primary key (appid, media_id)
) strict, without rowid;

create index media_bytes on media (media_key);
create index media_expiry on media (expires_at) where expires_at <> 0;

-- SQLite plans by what it knows of the sizes of tables, and without knowing takes
-- the rows of one official account for ten. The numbers say what a house looks
-- like that has been busy for a while: the rows of an index, and how many of them
-- share its first column, its first two, and so on.
analyze sqlite_schema;
delete from sqlite_stat1 where tbl in ('official_account', 'agent', 'kf_session', 'customer', 'tag', 'customer_tag', 'waiting', 'message',
    'record', 'push', 'media');
insert into sqlite_stat1 (tbl, idx, stat) values
    ('official_account', 'official_account', '3 1'),
    ('official_account', 'sqlite_autoindex_official_account_2', '3 1'),
    ('official_account', 'sqlite_autoindex_official_account_3', '3 1'),
    ('agent', 'agent', '100 100 1'),
    ('agent', 'sqlite_autoindex_agent_2', '100 100 1'),
    ('agent', 'agent_worker', '100 100 1'),
    ('kf_session', 'kf_session', '500 500 1'),
    ('kf_session', 'kf_session_agent', '500 500 5'),
    ('customer', 'customer', '100000 100000 1'),
    ('customer', 'customer_following', '80000 80000 1'),
    ('customer', 'customer_blocked', '100 100 1'),
    ('tag', 'tag', '100 100 1'),
    ('customer_tag', 'customer_tag', '100000 100000 1000 1'),
    ('customer_tag', 'customer_tag_customer', '100000 100000 2'),
    ('waiting', 'waiting', '1000 1000 1'),
    ('waiting', 'waiting_order', '1000 1000 1'),
    ('waiting', 'waiting_named', '1000 1000 50 1'),
    ('message', 'message', '1000000 1000000 1'),
    ('message', 'message_customer', '1000000 1000000 20 1'),
    ('message', 'message_own', '500000 500000 10 1'),
    ('message', 'message_outgoing', '100 100 1'),
    ('record', 'record', '2000000 2000000 1'),
    ('push', 'push', '1000000 1000000 1'),
    ('push', 'push_due', '1000 1000 1'),
    ('push', 'push_due_customer', '1000 1000 2'),
    ('push', 'push_ended', '1000000 10'),
    ('media', 'media', '10000 10000 1'),
    ('media', 'media_bytes', '10000 1'),
    ('media', 'media_expiry', '10000 1');
