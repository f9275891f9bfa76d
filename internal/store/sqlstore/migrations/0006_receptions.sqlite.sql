-- How customers were received: from when one began to wait, or a session began, to its
-- end. Times are Unix milliseconds and 0 means never. Rows are written with the sessions
-- they tell of.

-- No foreign key, as for records, which they stand for.
create table reception (
    appid text not null,
    -- The chat record with which it began.
    reception_id integer not null,
    openid text not null,
    -- Between which messages it lies; 0 for no end.
    from_msgid integer not null,
    until_msgid integer not null,
    waited_since integer not null,
    opened_at integer not null,
    first_reply_at integer not null,
    ended_at integer not null,
    -- Who has it or had it last, and all who had it, with spaces between.
    kf_account text not null,
    agents text not null,
    how text not null,
    primary key (appid, reception_id)
) strict, without rowid;

create unique index reception_present on reception (appid, openid) where ended_at = 0;
create index reception_customer on reception (appid, openid, reception_id);
create index reception_opened on reception (appid, opened_at) where opened_at > 0;
create index reception_ended on reception (appid, ended_at, kf_account) where ended_at > 0;

-- What the chat records tell of the sessions before: each that began, when its customer
-- had begun to wait, the first word of an agent, and the next end of a session.
insert into reception (appid, reception_id, openid, from_msgid, until_msgid, waited_since, opened_at, first_reply_at, ended_at,
    kf_account, agents, how)
with step as (
    select appid, openid, msgid, what, worker, why, happened_at,
        lag(what) over w as was, lag(happened_at) over w as was_at, lag(msgid) over w as was_id
    from record where what < 2000
    window w as (partition by appid, openid order by msgid)
), began as (
    select step.appid, step.openid, case was when 1000 then was_id else msgid end as reception_id, msgid,
        case was when 1000 then was_at else happened_at end as waited_since, happened_at, worker,
        (select min(later.msgid) from record as later where later.appid = step.appid and later.openid = step.openid
            and later.msgid > step.msgid and later.what < 2000 and later.what in (1001, 1002, 1004)) as next_id
    from step where what in (1001, 1002)
), told as (
    select began.*, fin.what as fin_what, fin.happened_at as fin_at, fin.worker as fin_worker, fin.why as fin_why,
        a.kf_account as now_worker
    from began
    left join record as fin on fin.appid = began.appid and fin.msgid = began.next_id
    left join kf_session as s on s.appid = began.appid and s.openid = began.openid and began.next_id is null
    left join agent as a on a.appid = s.appid and a.kf_id = s.kf_id
)
select appid, reception_id, openid, reception_id,
    case when now_worker is not null then 0 else coalesce(next_id, msgid) end,
    waited_since, happened_at,
    coalesce((select min(m.sent_at) from message as m where m.appid = told.appid and m.openid = told.openid
        and m.msgid > told.msgid and m.msgid < coalesce(told.next_id, 9223372036854775807) and m.sender = 'agent'), 0),
    case when now_worker is not null then 0 else coalesce(fin_at, happened_at) end,
    coalesce(now_worker, case when fin_what = 1004 and fin_worker <> '' then fin_worker end, worker),
    case when coalesce(now_worker, case when fin_what = 1004 and fin_worker <> '' then fin_worker end, worker) = worker then worker
        else worker || ' ' || coalesce(now_worker, fin_worker) end,
    coalesce(case when fin_what = 1004 then fin_why end, '')
from told;

-- Those who wait now.
insert into reception (appid, reception_id, openid, from_msgid, until_msgid, waited_since, opened_at, first_reply_at, ended_at,
    kf_account, agents, how)
select w.appid, r.msgid, w.openid, r.msgid, 0, w.since, 0, 0, 0, '', '', ''
from waiting as w join record as r on r.appid = w.appid and r.msgid = (
    select max(q.msgid) from record as q where q.appid = w.appid and q.openid = w.openid and q.what < 2000 and q.what = 1000)
where not exists (select 1 from reception as e where e.appid = w.appid and (e.openid = w.openid and e.ended_at = 0 or e.reception_id = r.msgid));

-- As 0002_conversations says why.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('reception', 'reception', '200000 200000 1'),
    ('reception', 'reception_present', '500 500 1'),
    ('reception', 'reception_customer', '200000 200000 4 1'),
    ('reception', 'reception_opened', '200000 200000 1'),
    ('reception', 'reception_ended', '200000 200000 1 1');
