-- The log. One row heads it; every group of appends takes it first.
create table log_head (
    one integer primary key check (one = 1),
    size integer not null,
    peaks blob not null,
    recorded integer
) strict;
insert into log_head values (1, 0, x'', null);

-- Matters by the leaf of their first act. That number stands for the matter elsewhere: it is short, and what belongs to
-- matters that are worked on now lies together.
create table matter (begun integer primary key, unit text not null, matter text not null) strict;
create unique index matter_key on matter (unit, matter);

-- Acts in order of the log; their bytes are never written again.
create table act (
    leaf integer primary key,
    begun integer not null,
    seq integer not null,
    number text,
    hash blob not null,
    bytes blob not null
) strict;
create unique index act_place on act (begun, seq);
create index act_number on act (number) where number is not null;

-- Perfect nodes the tiles above the leaves are made of.
create table node (level integer, idx integer, hash blob not null, primary key (level, idx)) strict, without rowid;

create table command (
    unit text, key text, content blob not null, matter text not null, first_seq integer not null, n_acts integer not null,
    primary key (unit, key)
) strict, without rowid;

-- What opens the commitments of an act; an erased one keeps its path and the act that erased it.
create table opening (
    begun integer, seq integer, path text, value text, salt blob, erased_by integer,
    primary key (begun, seq, path)
) strict, without rowid;

create table blob_use (
    digest blob, unit text, matter text, seq integer, primary key (digest, unit, matter, seq)
) strict, without rowid;

create table series (key text primary key, last integer not null) strict, without rowid;

create table checkpoint (size integer primary key, note blob not null) strict;
create table cosignature (
    size integer, witness text, line blob not null, primary key (size, witness)
) strict, without rowid;

create table doc (
    kind text, key text, version integer not null, json text not null, idx text, expires integer,
    primary key (kind, key)
) strict, without rowid;
create index doc_idx on doc (kind, idx, key) where idx is not null;
create index doc_expires on doc (expires) where expires is not null;

-- Read models: derived from the acts. A matter's rows go by the leaf of its first act.
create table matter_row (
    begun integer primary key,
    unit text not null,
    matter text not null,
    procedure text not null,
    stage text not null,
    squad text,
    is_open integer not null,
    last integer not null,
    due text not null,
    opened text not null,
    number text,
    number_key text not null,
    alarm text,
    body text not null,
    parts blob not null
) strict;
create unique index matter_place on matter_row (unit, matter);
create index matter_begun on matter_row (unit, begun);
create index matter_last on matter_row (unit, last, begun);
create index matter_open_last on matter_row (unit, last, begun) where is_open = 1;
create index matter_stage on matter_row (unit, procedure, stage, last, begun);
create index matter_due on matter_row (unit, due, begun);
create index matter_opened on matter_row (unit, opened, begun);
create index matter_number on matter_row (unit, number);
create index matter_number_key on matter_row (unit, number_key, begun);
create index matter_alarm on matter_row (unit, alarm) where alarm is not null;

create table matter_link (
    unit text, kind text, id text, begun integer, primary key (unit, kind, id, begun)
) strict, without rowid;
create index matter_link_row on matter_link (begun);

create table limit_row (
    begun integer, place integer, unit text not null, matter text not null, state text not null, binds text not null,
    due integer not null, body text not null, primary key (begun, place)
) strict, without rowid;
create index limit_due on limit_row (unit, state, due, begun, place);

create table finding_row (
    begun integer, place integer, unit text not null, matter text not null, rule text not null, state text not null,
    severity integer not null, since text not null, until text, body text not null, primary key (begun, place)
) strict, without rowid;
create index finding_since on finding_row (unit, state, since, begun, place);
create index finding_until on finding_row (unit, state, until);

-- Unit and words in hexadecimal digits.
create virtual table matter_text using fts5(words, detail = none, tokenize = ascii);
-- What is erased leaves the index at once, not with the next merge.
insert into matter_text(matter_text, rank) values ('secure-delete', 1);

create table counter (
    unit text, procedure text, stage text, n_open integer not null, n_closed integer not null,
    primary key (unit, procedure, stage)
) strict, without rowid;
