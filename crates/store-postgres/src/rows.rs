//! The tables of the read models.

use std::collections::BTreeMap;
use std::sync::Arc;

use deadpool_postgres::Object;
use store::plan::{Counted, Needs, ReadyRows, RowWrite, Writes};
use store::sql::{NO_DAY, number_key, severity_rank, word, words_of, words_text};
use store::{MatterKey, MatterRows, StoreError};
use tokio_postgres::types::ToSql;

use crate::facts;
use crate::fault::{OrFault as _, damaged};
use crate::write::{Batch, Value};

/// The JSON of a row as it is kept. A zero byte is escaped in it as everywhere in JSON.
fn body(row: &impl serde::Serialize) -> String {
    serde_json::to_string(row).expect("rows are plain values")
}

fn column<W, T: ToSql + Sync + Send + 'static>(writes: &[W], of: impl Fn(&W) -> T) -> Value {
    Box::new(writes.iter().map(of).collect::<Vec<T>>())
}

/// Writes read models, as far as they differ.
pub fn put(batch: &mut Batch, writes: &[RowWrite]) {
    if writes.is_empty() {
        return;
    }
    batch.add(
        "insert into matter_row (begun, unit, matter, procedure, stage, squad, is_open, last, due, opened, number,
                number_key, alarm, body, parts)
            select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
                $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::bytea[])
            on conflict (unit, begun) do update set procedure = excluded.procedure, stage = excluded.stage,
                squad = excluded.squad, is_open = excluded.is_open, last = excluded.last, due = excluded.due,
                opened = excluded.opened, number = excluded.number, number_key = excluded.number_key,
                alarm = excluded.alarm, body = excluded.body, parts = excluded.parts",
        vec![
            column(writes, |write| write.begun as i64),
            column(writes, |write| write.ready.rows.row.key.unit.clone()),
            column(writes, |write| write.ready.rows.row.key.matter.clone()),
            column(writes, |write| write.ready.rows.row.procedure.clone()),
            column(writes, |write| write.ready.rows.row.stage.clone()),
            column(writes, |write| write.ready.rows.row.squad.clone()),
            column(writes, |write| i64::from(write.ready.rows.row.closed.is_none())),
            column(writes, |write| write.ready.rows.row.last.as_microsecond()),
            column(writes, |write| {
                write.ready.rows.row.next_due.map_or_else(|| NO_DAY.to_owned(), |day| day.to_string())
            }),
            column(writes, |write| write.ready.rows.row.opened.to_string()),
            column(writes, |write| write.ready.rows.row.number.clone()),
            column(writes, |write| number_key(write.ready.rows.row.number.as_deref())),
            column(writes, |write| write.ready.rows.alarm().map(|day| day.to_string())),
            column(writes, |write| write.ready.body.clone()),
            column(writes, |write| write.ready.parts.to_bytes()),
        ],
    );
    links(batch, &changed(writes, |write| write.changed.links));
    limits(batch, &changed(writes, |write| write.changed.limits));
    findings(batch, &changed(writes, |write| write.changed.findings));
    words(batch, &changed(writes, |write| write.changed.words));
}

fn changed(writes: &[RowWrite], is_changed: impl Fn(&RowWrite) -> bool) -> Vec<&RowWrite> {
    writes.iter().filter(|write| is_changed(write)).collect()
}

/// The keys by which the parts of a row are deleted before they are written anew.
fn keys(writes: &[&RowWrite]) -> Vec<Value> {
    vec![
        column(writes, |write| write.ready.rows.row.key.unit.clone()),
        column(writes, |write| write.begun as i64),
    ]
}

fn links(batch: &mut Batch, writes: &[&RowWrite]) {
    if writes.is_empty() {
        return;
    }
    batch.add(
        "delete from matter_link l using unnest($1::text[], $2::bigint[]) k (unit, begun) where l.begun = k.begun",
        keys(writes),
    );
    let mut links = Vec::new();
    for write in writes {
        let row = &write.ready.rows.row;
        let persons = row.officers.iter().map(|id| ("person", id));
        let parties = row.parties.iter().map(|party| ("party", &party.id));
        links.extend(persons.chain(parties).map(|(kind, id)| (&row.key.unit, kind, id, write.begun as i64)));
    }
    batch.add(
        "insert into matter_link (unit, kind, id, begun)
            select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) on conflict do nothing",
        vec![
            column(&links, |(unit, ..)| (*unit).clone()),
            column(&links, |(_, kind, ..)| *kind),
            column(&links, |(_, _, id, _)| (*id).clone()),
            column(&links, |(.., begun)| *begun),
        ],
    );
}

/// The rows of a part with their place in their matter.
fn placed<'a, R>(
    writes: &[&'a RowWrite],
    of: impl Fn(&'a MatterRows) -> &'a Vec<R>,
) -> Vec<(&'a RowWrite, i64, &'a R)> {
    let of_one = |write: &&'a RowWrite| {
        let write = *write;
        of(&write.ready.rows).iter().enumerate().map(move |(place, row)| (write, place as i64, row))
    };
    writes.iter().flat_map(of_one).collect()
}

fn limits(batch: &mut Batch, writes: &[&RowWrite]) {
    if writes.is_empty() {
        return;
    }
    batch.add(
        "delete from limit_row l using unnest($1::text[], $2::bigint[]) k (unit, begun)
            where l.unit = k.unit and l.begun = k.begun",
        keys(writes),
    );
    let limits = placed(writes, |rows| &rows.limits);
    batch.add(
        "insert into limit_row (begun, place, unit, matter, state, binds, due, body)
            select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
                $8::text[])",
        vec![
            column(&limits, |(write, ..)| write.begun as i64),
            column(&limits, |(_, place, _)| *place),
            column(&limits, |(write, ..)| write.ready.rows.row.key.unit.clone()),
            column(&limits, |(write, ..)| write.ready.rows.row.key.matter.clone()),
            column(&limits, |(.., limit)| word(&limit.state)),
            column(&limits, |(.., limit)| word(&limit.binds)),
            column(&limits, |(.., limit)| store::rows::due_instant(limit.due)),
            column(&limits, |(.., limit)| body(*limit)),
        ],
    );
}

fn findings(batch: &mut Batch, writes: &[&RowWrite]) {
    if writes.is_empty() {
        return;
    }
    batch.add(
        "delete from finding_row f using unnest($1::text[], $2::bigint[]) k (unit, begun)
            where f.unit = k.unit and f.begun = k.begun",
        keys(writes),
    );
    let findings = placed(writes, |rows| &rows.findings);
    batch.add(
        "insert into finding_row (begun, place, unit, matter, rule, state, severity, since, until, body)
            select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
                $8::text[], $9::text[], $10::text[])",
        vec![
            column(&findings, |(write, ..)| write.begun as i64),
            column(&findings, |(_, place, _)| *place),
            column(&findings, |(write, ..)| write.ready.rows.row.key.unit.clone()),
            column(&findings, |(write, ..)| write.ready.rows.row.key.matter.clone()),
            column(&findings, |(.., finding)| finding.rule.clone()),
            column(&findings, |(.., finding)| word(&finding.state)),
            column(&findings, |(.., finding)| severity_rank(finding.severity)),
            column(&findings, |(.., finding)| finding.since.to_string()),
            column(&findings, |(.., finding)| finding.until.map(|day| day.to_string())),
            column(&findings, |(.., finding)| body(*finding)),
        ],
    );
}

/// Writes words: the text as backups keep it, and what is searched.
pub const WORDS: &str = "insert into matter_text (unit, begun, text, words)
    select unit, begun, text, array_to_tsvector(string_to_array(words, ' '))
    from unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) w (unit, begun, text, words)
    on conflict (unit, begun) do update set text = excluded.text, words = excluded.words";

fn words(batch: &mut Batch, writes: &[&RowWrite]) {
    if writes.is_empty() {
        return;
    }
    batch.add(
        WORDS,
        vec![
            column(writes, |write| write.ready.rows.row.key.unit.clone()),
            column(writes, |write| write.begun as i64),
            column(writes, |write| words_text(&write.ready.rows.row.key.unit, &write.ready.rows.words)),
            column(writes, |write| write.ready.rows.words.join(" ")),
        ],
    );
}

/// Changes the counters.
pub fn count(batch: &mut Batch, counters: &BTreeMap<Counted, i64>) {
    let mut changes: BTreeMap<(&str, &str, &str), (i64, i64)> = BTreeMap::new();
    for (counted, change) in counters {
        let place = changes.entry((&counted.unit, &counted.procedure, &counted.stage)).or_default();
        *(if counted.is_open { &mut place.0 } else { &mut place.1 }) += change;
    }
    if changes.is_empty() {
        return;
    }
    let changes: Vec<_> = changes.into_iter().collect();
    let texts = || -> Vec<Value> {
        vec![
            column(&changes, |((unit, ..), _)| (*unit).to_owned()),
            column(&changes, |((_, procedure, _), _)| (*procedure).to_owned()),
            column(&changes, |((.., stage), _)| (*stage).to_owned()),
        ]
    };
    let mut values = texts();
    values.push(column(&changes, |(_, (n_open, _))| *n_open));
    values.push(column(&changes, |(_, (_, n_closed))| *n_closed));
    batch.add(
        "insert into counter as c (unit, procedure, stage, n_open, n_closed)
            select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
            on conflict (unit, procedure, stage)
            do update set n_open = c.n_open + excluded.n_open, n_closed = c.n_closed + excluded.n_closed",
        values,
    );
    batch.add(
        "delete from counter c using unnest($1::text[], $2::text[], $3::text[]) k (unit, procedure, stage)
            where c.n_open = 0 and c.n_closed = 0
                and c.unit = k.unit and c.procedure = k.procedure and c.stage = k.stage",
        texts(),
    );
}

/// Writes read models anew, given the locked head; those of a matter that has had another act since are left alone.
pub async fn put_all(client: &Object, all: Vec<MatterRows>) -> Result<(), StoreError> {
    let mut needs = Needs::default();
    needs.own.extend(all.iter().map(|rows| rows.row.key.clone()));
    needs.matters = needs.own.clone();
    let head = facts::head(client).await?;
    let known = facts::read(client, &head, &needs).await?;
    let mut writes = Writes::default();
    for rows in all {
        let key = &rows.row.key;
        let Some(standing) = known.matters.get(key).filter(|standing| standing.n_acts == rows.row.n_acts)
        else {
            continue;
        };
        let old = known.rows.get(key);
        writes.put_rows(Arc::new(ReadyRows::new(rows)), standing.begun, old);
    }
    let mut batch = Batch::default();
    put(&mut batch, &writes.rows);
    count(&mut batch, &writes.counters);
    batch.run(client).await
}

/// Forgets all read models.
pub async fn drop_all(client: &Object) -> Result<(), StoreError> {
    let sql = "truncate matter_row, matter_link, limit_row, finding_row, matter_text, counter";
    client.batch_execute(sql).await.or_fault()
}

/// The read model of one matter.
pub async fn load(client: &Object, key: &MatterKey) -> Result<Option<MatterRows>, StoreError> {
    let sql = "select m.body, t.text,
            array(select l.body from limit_row l where l.unit = m.unit and l.begun = m.begun order by l.place),
            array(select f.body from finding_row f where f.unit = m.unit and f.begun = m.begun order by f.place)
        from matter_row m left join matter_text t on t.unit = m.unit and t.begun = m.begun
        where m.unit = $1 and m.matter = $2";
    let statement = client.prepare_cached(sql).await.or_fault()?;
    let found = client.query_opt(&statement, &[&key.unit, &key.matter]).await.or_fault()?;
    let Some(row) = found else { return Ok(None) };
    let words: Option<&str> = row.try_get(1).or_fault()?;
    let (limits, findings): (Vec<&str>, Vec<&str>) = (row.try_get(2).or_fault()?, row.try_get(3).or_fault()?);
    Ok(Some(MatterRows {
        row: read(row.try_get(0).or_fault()?)?,
        limits: limits.into_iter().map(read).collect::<Result<_, _>>()?,
        findings: findings.into_iter().map(read).collect::<Result<_, _>>()?,
        words: words_of(words.unwrap_or_default()),
    }))
}

/// A row from the JSON it is kept as.
pub fn read<T: serde::de::DeserializeOwned>(body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|error| damaged(format!("列表行：{error}")))
}
