-- How an official account has its customers looked after, who wrote a shared quick
-- reply, why a customer waits, and refused calls in their order.

-- JSON; empty for the usual way.
alter table official_account add column service text not null default '';

-- Empty and 0 where that was not noted.
alter table quick_reply add column author text collate "C" not null default '';
alter table quick_reply add column author_name text not null default '';
alter table quick_reply add column updated_at bigint not null default 0;

-- Its kind, and behind a space the words that belong to it.
alter table waiting add column origin text collate "C" not null default '';

-- A rid begins with the time of its call.
drop index api_call_account;
create index api_call_account on api_call (appid, rid);
