-- How an official account has its customers looked after, who wrote a shared quick
-- reply, why a customer waits, and refused calls in their order.

-- JSON; empty for the usual way.
alter table official_account add column service text not null default '';

-- Empty and 0 where that was not noted.
alter table quick_reply add column author text not null default '';
alter table quick_reply add column author_name text not null default '';
alter table quick_reply add column updated_at integer not null default 0;

-- Its kind, and behind a space the words that belong to it.
alter table waiting add column origin text not null default '';

-- A rid begins with the time of its call.
drop index api_call_account;
create index api_call_account on api_call (appid, rid);

-- As 0002_conversations says why.
delete from sqlite_stat1 where tbl = 'api_call';
insert into sqlite_stat1 (tbl, idx, stat) values
    ('api_call', 'sqlite_autoindex_api_call_1', '100000 1'),
    ('api_call', 'api_call_account', '100000 50000 1'),
    ('api_call', 'api_call_time', '100000 10');
