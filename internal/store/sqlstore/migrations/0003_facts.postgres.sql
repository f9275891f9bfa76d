-- What readers are told, and who of them is there.

-- One row for each change that somebody may be looking at, for a day. The id carries
-- its time. Like the rows of what is said it has no foreign key, and
-- RemoveOfficialAccount empties it itself.
create table fact (
    appid text collate "C" not null,
    fact_id bigint not null,
    what text not null,
    openid text collate "C" not null,
    kf_id bigint not null,
    kf_account text not null,
    -- The message or the record that it is about; 0 for none.
    msgid bigint not null,
    primary key (appid, fact_id)
);

-- Until when a process knows an agent's page to be open.
create table seat_lease (
    appid text collate "C" not null,
    kf_id bigint not null,
    process text collate "C" not null,
    until_at bigint not null,
    primary key (appid, kf_id, process),
    foreign key (appid, kf_id) references agent (appid, kf_id) on delete cascade
);
