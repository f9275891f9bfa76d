-- What agents see at the workbench: conversations by their newest message, what was
-- read and answered, notes, quick replies. Times are Unix milliseconds and 0 means
-- never; yes and no are 1 and 0.

-- The newest message of the conversation and the newest that was read; 0 for none.
alter table customer add column last_msgid bigint not null default 0;
alter table customer add column read_msgid bigint not null default 0;
-- How much the customer wrote after the message that was read last.
alter table customer add column unread bigint not null default 0;
alter table customer add column unanswered_since bigint not null default 0;
-- How many of the customer's sessions have ended.
alter table customer add column visits bigint not null default 0;
-- What was said before there was a workbench counts as read and answered.
update customer set last_msgid = coalesce((select max(message.msgid) from message
    where message.appid = customer.appid and message.openid = customer.openid), 0);
update customer set read_msgid = last_msgid;

create index customer_active on customer (appid, last_msgid) where last_msgid > 0;

alter table agent add column away smallint not null default 0;
-- What the person chose to be.
alter table agent add column wish text not null default '';
update agent set wish = case online when 1 then 'online' else 'offline' end;

-- The name that a page gave to what was written on it.
alter table message add column client_id text collate "C" not null default '';
create unique index message_client on message (appid, openid, kf_id, client_id) where client_id <> '';

create index record_history on record (appid, openid, msgid, what) where what < 2000;
update customer set visits = (select count(*) from record
    where record.appid = customer.appid and record.openid = customer.openid and record.what < 2000 and record.what = 1004);

create table note (
    appid text collate "C" not null references official_account (appid) on delete cascade,
    note_id bigint not null,
    openid text collate "C" not null,
    author text collate "C" not null,
    author_name text not null,
    body text not null,
    written_at bigint not null,
    primary key (appid, note_id)
);

create index note_customer on note (appid, openid, note_id);

create table quick_reply (
    appid text collate "C" not null references official_account (appid) on delete cascade,
    reply_id bigint not null,
    -- Who keeps it to itself; empty when it is shared.
    owner text collate "C" not null,
    code text not null,
    title text not null,
    body text not null,
    used bigint not null,
    primary key (appid, reply_id)
);

create index quick_reply_owner on quick_reply (appid, owner, reply_id);
