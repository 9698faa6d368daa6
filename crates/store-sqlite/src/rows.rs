//! The tables of the read models.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, params};
use store::plan::{Counted, Needs, ReadyRows, RowWrite, Writes};
use store::sql::{NO_DAY, number_key, severity_rank, word, words_of, words_text};
use store::{MatterKey, MatterRows, StoreError};

use crate::facts;
use crate::fault::{OrFault as _, damaged};

/// The JSON of a row as it is kept.
fn body(row: &impl serde::Serialize) -> String {
    serde_json::to_string(row).expect("rows are plain values")
}

/// Writes the read model of one matter, as far as it differs.
pub fn put(connection: &Connection, write: &RowWrite) -> Result<(), StoreError> {
    let (begun, rows) = (write.begun, &write.ready.rows);
    let (row, last) = (&rows.row, rows.row.last.as_microsecond());
    if write.changed.placing {
        let sql = "insert into matter_row (begun, unit, matter, procedure, stage, squad, is_open, last, due, opened,
                number, number_key, alarm, body, parts)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
            on conflict (begun) do update set procedure = excluded.procedure, stage = excluded.stage,
                squad = excluded.squad, is_open = excluded.is_open, last = excluded.last, due = excluded.due,
                opened = excluded.opened, number = excluded.number, number_key = excluded.number_key,
                alarm = excluded.alarm, body = excluded.body, parts = excluded.parts";
        let due = row.next_due.map_or_else(|| NO_DAY.to_owned(), |day| day.to_string());
        let alarm = rows.alarm().map(|day| day.to_string());
        let mut statement = connection.prepare_cached(sql).or_fault()?;
        statement
            .execute(params![
                begun,
                row.key.unit,
                row.key.matter,
                row.procedure,
                row.stage,
                row.squad,
                row.closed.is_none(),
                last,
                due,
                row.opened.to_string(),
                row.number,
                number_key(row.number.as_deref()),
                alarm,
                write.ready.body,
                write.ready.parts.to_bytes()
            ])
            .or_fault()?;
    } else {
        // The usual act moves only the order by last change; naming fewer columns spares the other indexes.
        let sql = "update matter_row set last = ?2, body = ?3, parts = ?4 where begun = ?1";
        let mut statement = connection.prepare_cached(sql).or_fault()?;
        statement.execute(params![begun, last, write.ready.body, write.ready.parts.to_bytes()]).or_fault()?;
    }
    if write.changed.links {
        links(connection, begun, rows)?;
    }
    if write.changed.limits {
        limits(connection, begun, rows)?;
    }
    if write.changed.findings {
        findings(connection, begun, rows)?;
    }
    if write.changed.words {
        run(connection, "delete from matter_text where rowid = ?1", begun)?;
        let sql = "insert into matter_text (rowid, words) values (?1, ?2)";
        let mut statement = connection.prepare_cached(sql).or_fault()?;
        statement.execute(params![begun, words_text(&row.key.unit, &rows.words)]).or_fault()?;
    }
    Ok(())
}

fn run(connection: &Connection, sql: &str, begun: u64) -> Result<(), StoreError> {
    connection.prepare_cached(sql).or_fault()?.execute([begun]).or_fault().map(drop)
}

fn links(connection: &Connection, begun: u64, rows: &MatterRows) -> Result<(), StoreError> {
    run(connection, "delete from matter_link where begun = ?1", begun)?;
    let sql = "insert or ignore into matter_link values (?1, ?2, ?3, ?4)";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let row = &rows.row;
    let persons = row.officers.iter().map(|id| ("person", id));
    for (kind, id) in persons.chain(row.parties.iter().map(|party| ("party", &party.id))) {
        statement.execute(params![row.key.unit, kind, id, begun]).or_fault()?;
    }
    Ok(())
}

fn limits(connection: &Connection, begun: u64, rows: &MatterRows) -> Result<(), StoreError> {
    run(connection, "delete from limit_row where begun = ?1", begun)?;
    let sql = "insert into limit_row values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let key = &rows.row.key;
    for (place, limit) in rows.limits.iter().enumerate() {
        let (state, binds, due) =
            (word(&limit.state), word(&limit.binds), store::rows::due_instant(limit.due));
        statement
            .execute(params![begun, place, key.unit, key.matter, state, binds, due, body(limit)])
            .or_fault()?;
    }
    Ok(())
}

fn findings(connection: &Connection, begun: u64, rows: &MatterRows) -> Result<(), StoreError> {
    run(connection, "delete from finding_row where begun = ?1", begun)?;
    let sql = "insert into finding_row values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let key = &rows.row.key;
    for (place, finding) in rows.findings.iter().enumerate() {
        let (state, severity) = (word(&finding.state), severity_rank(finding.severity));
        let (since, until) = (finding.since.to_string(), finding.until.map(|day| day.to_string()));
        let row = params![
            begun,
            place,
            key.unit,
            key.matter,
            finding.rule,
            state,
            severity,
            since,
            until,
            body(finding)
        ];
        statement.execute(row).or_fault()?;
    }
    Ok(())
}

/// Changes the counters.
pub fn count(connection: &Connection, counters: &BTreeMap<Counted, i64>) -> Result<(), StoreError> {
    let sql = "insert into counter values (?1, ?2, ?3, ?4, ?5) on conflict (unit, procedure, stage)
        do update set n_open = n_open + excluded.n_open, n_closed = n_closed + excluded.n_closed";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    for (counted, change) in counters {
        let (n_open, n_closed) = if counted.is_open { (*change, 0) } else { (0, *change) };
        let row = params![counted.unit, counted.procedure, counted.stage, n_open, n_closed];
        statement.execute(row).or_fault()?;
    }
    let sql = "delete from counter where n_open = 0 and n_closed = 0 and unit = ?1 and procedure = ?2 and stage = ?3";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    for counted in counters.iter().filter(|(_, change)| **change < 0).map(|(counted, _)| counted) {
        statement.execute([&counted.unit, &counted.procedure, &counted.stage]).or_fault()?;
    }
    Ok(())
}

/// Writes read models anew; those of a matter that has had another act since are left alone.
pub fn put_all(connection: &Connection, all: Vec<MatterRows>) -> Result<(), StoreError> {
    let mut writes = Writes::default();
    let mut needs = Needs::default();
    for rows in &all {
        needs.own.insert(rows.row.key.clone());
    }
    needs.matters = needs.own.clone();
    let known = facts::read(connection, &needs)?;
    for rows in all {
        let key = &rows.row.key;
        let Some(standing) = known.matters.get(key).filter(|standing| standing.n_acts == rows.row.n_acts)
        else {
            continue;
        };
        let old = known.rows.get(key);
        writes.put_rows(Arc::new(ReadyRows::new(rows)), standing.begun, old);
    }
    for row in &writes.rows {
        put(connection, row)?;
    }
    count(connection, &writes.counters)
}

/// Forgets all read models.
pub fn drop_all(connection: &Connection) -> Result<(), StoreError> {
    for table in ["matter_row", "matter_link", "limit_row", "finding_row", "matter_text", "counter"] {
        connection.execute(&format!("delete from {table}"), []).or_fault()?;
    }
    Ok(())
}

/// The read model of one matter.
pub fn load(connection: &Connection, key: &MatterKey) -> Result<Option<MatterRows>, StoreError> {
    let sql = "select begun, body from matter_row where unit = ?1 and matter = ?2";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let columns = |row: &rusqlite::Row| Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?));
    let found = statement.query_row([&key.unit, &key.matter], columns).optional().or_fault()?;
    let Some((begun, row)) = found else { return Ok(None) };
    let bodies = |table: &str| {
        let sql = format!("select body from {table} where begun = ?1 order by place");
        let mut statement = connection.prepare_cached(&sql)?;
        let bodies = statement.query_map([begun], |row| row.get::<_, String>(0))?;
        bodies.collect::<Result<Vec<_>, _>>()
    };
    let (limits, findings) = (bodies("limit_row").or_fault()?, bodies("finding_row").or_fault()?);
    let mut statement =
        connection.prepare_cached("select words from matter_text where rowid = ?1").or_fault()?;
    let words: Option<String> = statement.query_row([begun], |row| row.get(0)).optional().or_fault()?;
    Ok(Some(MatterRows {
        row: read(&row)?,
        limits: limits.iter().map(|body| read(body)).collect::<Result<_, _>>()?,
        findings: findings.iter().map(|body| read(body)).collect::<Result<_, _>>()?,
        words: words_of(&words.unwrap_or_default()),
    }))
}

/// A row from the JSON it is kept as.
pub fn read<T: serde::de::DeserializeOwned>(body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|error| damaged(format!("列表行：{error}")))
}
