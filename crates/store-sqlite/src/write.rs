//! Writes what the plan says, inside the group's transaction.

use rusqlite::{Connection, params};
use store::fault::{Faults, Step};
use store::plan::Writes;
use store::{Hash, StoreError};

use crate::fault::OrFault as _;
use crate::rows;

/// Writes a plan, table by table.
pub fn write(connection: &Connection, writes: &Writes, faults: &Faults) -> Result<(), StoreError> {
    acts(connection, writes)?;
    faults.check(Step::Acts)?;
    beside(connection, writes)?;
    faults.check(Step::Truth)?;
    for row in &writes.rows {
        rows::put(connection, row)?;
    }
    rows::count(connection, &writes.counters)?;
    faults.check(Step::Rows)?;
    let sql = "update log_head set size = ?1, peaks = ?2, recorded = ?3";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let recorded = writes.recorded.map(jiff::Timestamp::as_microsecond);
    statement.execute(params![writes.range.size(), writes.range.to_bytes(), recorded]).or_fault()?;
    Ok(())
}

fn acts(connection: &Connection, writes: &Writes) -> Result<(), StoreError> {
    let mut matter = connection.prepare_cached("insert into matter values (?1, ?2, ?3)").or_fault()?;
    let mut statement =
        connection.prepare_cached("insert into act values (?1, ?2, ?3, ?4, ?5, ?6)").or_fault()?;
    for act in &writes.acts {
        if act.seq == 1 {
            matter.execute(params![act.begun, act.key.unit, act.key.matter]).or_fault()?;
        }
        let (Hash(hash), bytes) = (act.sealed.hash, &act.sealed.bytes);
        statement.execute(params![act.leaf, act.begun, act.seq, act.number, hash, bytes]).or_fault()?;
    }
    let mut statement = connection.prepare_cached("insert into node values (?1, ?2, ?3)").or_fault()?;
    for node in &writes.nodes {
        statement.execute(params![node.level, node.index, node.hash.0]).or_fault()?;
    }
    Ok(())
}

/// What lies beside the acts: commands, openings, erasures, attachments, series.
fn beside(connection: &Connection, writes: &Writes) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("insert into command values (?1, ?2, ?3, ?4, ?5, ?6)").or_fault()?;
    for command in &writes.commands {
        let (unit, key, content) = (&command.unit, &command.key, command.content.0);
        statement
            .execute(params![unit, key, content, command.matter, command.first_seq, command.n_acts])
            .or_fault()?;
    }
    let mut statement =
        connection.prepare_cached("insert into opening values (?1, ?2, ?3, ?4, ?5, null)").or_fault()?;
    for opening in &writes.openings {
        statement
            .execute(params![opening.begun, opening.seq, opening.path, opening.value, opening.salt])
            .or_fault()?;
    }
    let sql = "update opening set value = null, salt = null, erased_by = ?4
        where begun = ?1 and seq = ?2 and path = ?3 and erased_by is null";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    for erasure in &writes.erasures {
        statement.execute(params![erasure.begun, erasure.seq, erasure.path, erasure.by]).or_fault()?;
    }
    let mut statement =
        connection.prepare_cached("insert or ignore into blob_use values (?1, ?2, ?3, ?4)").or_fault()?;
    for blob in &writes.blobs {
        statement.execute(params![blob.digest.0, blob.key.unit, blob.key.matter, blob.seq]).or_fault()?;
    }
    let sql = "insert into series values (?1, ?2) on conflict (key) do update set last = excluded.last";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    for (key, last) in &writes.series {
        statement.execute(params![key, last]).or_fault()?;
    }
    Ok(())
}
