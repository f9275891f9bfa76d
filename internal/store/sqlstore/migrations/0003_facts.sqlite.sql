-- What readers are told, and who of them is there.

-- One row for each change that somebody may be looking at, for a day. The id carries
-- its time. Like the rows of what is said it has no foreign key, and
-- RemoveOfficialAccount empties it itself.
create table fact (
    appid text not null,
    fact_id integer not null,
    what text not null,
    openid text not null,
    kf_id integer not null,
    kf_account text not null,
    -- The message or the record that it is about; 0 for none.
    msgid integer not null,
    primary key (appid, fact_id)
) strict, without rowid;

-- Until when a process knows an agent's page to be open.
create table seat_lease (
    appid text not null,
    kf_id integer not null,
    process text not null,
    until_at integer not null,
    primary key (appid, kf_id, process),
    foreign key (appid, kf_id) references agent (appid, kf_id) on delete cascade
) strict, without rowid;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('fact', 'fact', '1000000 1000000 1'),
    ('seat_lease', 'seat_lease', '100 100 1 1');
