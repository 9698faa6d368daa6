-- Keys begin with the unit, so that the large tables can be partitioned by it; text compares by its bytes, as in SQLite.

-- The log. One row heads it; every group of appends takes it first.
create table log_head (
    one bigint primary key check (one = 1),
    size bigint not null,
    peaks bytea not null,
    recorded bigint
);
insert into log_head values (1, 0, '\x', null);

-- Acts in order of the log; their bytes are never written again.
create table act (
    leaf bigint not null,
    unit text collate "C" not null,
    matter text collate "C" not null,
    seq bigint not null,
    number text collate "C",
    hash bytea not null,
    bytes bytea not null,
    primary key (unit, matter, seq)
);
create index act_leaf on act (leaf);
create index act_first on act (unit, matter) where seq = 1;
create index act_number on act (number) where number is not null;

-- Perfect nodes the tiles above the leaves are made of.
create table node (level bigint, idx bigint, hash bytea not null, primary key (level, idx));

create table command (
    unit text collate "C", key text collate "C", content bytea not null,
    matter text collate "C" not null, first_seq bigint not null, n_acts bigint not null,
    primary key (unit, key)
);

-- What opens the commitments of an act; an erased one keeps its path and the act that erased it.
create table opening (
    unit text collate "C", matter text collate "C", seq bigint, path text collate "C",
    value text collate "C", salt bytea, erased_by bigint,
    primary key (unit, matter, seq, path)
);

create table blob_use (
    digest bytea, unit text collate "C", matter text collate "C", seq bigint, primary key (digest, unit, matter, seq)
);

create table series (key text collate "C" primary key, last bigint not null);

create table checkpoint (size bigint primary key, note bytea not null);
create table cosignature (
    size bigint, witness text collate "C", line bytea not null, primary key (size, witness)
);

create table doc (
    kind text collate "C", key text collate "C", version bigint not null,
    json text collate "C" not null, idx text collate "C", expires bigint,
    primary key (kind, key)
);
create index doc_idx on doc (kind, idx, key) where idx is not null;
create index doc_expires on doc (expires) where expires is not null;

-- Read models: derived from the acts. A matter's rows go by the leaf of its first act.
create table matter_row (
    begun bigint not null,
    unit text collate "C" not null,
    matter text collate "C" not null,
    procedure text collate "C" not null,
    stage text collate "C" not null,
    squad text collate "C",
    is_open bigint not null,
    last bigint not null,
    due text collate "C" not null,
    opened text collate "C" not null,
    number text collate "C",
    number_key text collate "C" not null,
    alarm text collate "C",
    body text collate "C" not null,
    parts bytea not null,
    primary key (unit, begun)
);
create unique index matter_place on matter_row (unit, matter);
create index matter_begun on matter_row (begun);
create index matter_last on matter_row (unit, last, begun);
create index matter_open_last on matter_row (unit, last, begun) where is_open = 1;
create index matter_stage on matter_row (unit, procedure, stage, last, begun);
create index matter_due on matter_row (unit, due, begun);
create index matter_opened on matter_row (unit, opened, begun);
create index matter_number on matter_row (unit, number);
create index matter_number_key on matter_row (unit, number_key, begun);
create index matter_alarm on matter_row (unit, alarm) where alarm is not null;

create table matter_link (
    unit text collate "C", kind text collate "C", id text collate "C", begun bigint, primary key (unit, kind, id, begun)
);
create index matter_link_row on matter_link (begun);

create table limit_row (
    begun bigint, place bigint, unit text collate "C" not null, matter text collate "C" not null,
    state text collate "C" not null, binds text collate "C" not null,
    due bigint not null, body text collate "C" not null, primary key (unit, begun, place)
);
create index limit_due on limit_row (unit, state, due, begun, place);

create table finding_row (
    begun bigint, place bigint, unit text collate "C" not null, matter text collate "C" not null,
    rule text collate "C" not null, state text collate "C" not null,
    severity bigint not null,
    since text collate "C" not null, until text collate "C", body text collate "C" not null, primary key (unit, begun, place)
);
create index finding_since on finding_row (unit, state, since, begun, place);
create index finding_until on finding_row (unit, state, until);

-- The words of the index, and as SQLite keeps them, for backups.
create table matter_text (
    unit text collate "C", begun bigint, text text collate "C" not null, words tsvector not null, primary key (unit, begun)
);
create index matter_words on matter_text using gin (words);

create table counter (
    unit text collate "C", procedure text collate "C", stage text collate "C", n_open bigint not null, n_closed bigint not null,
    primary key (unit, procedure, stage)
);
