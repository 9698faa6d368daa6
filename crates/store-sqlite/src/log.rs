//! The log: tiles, entries, checkpoints, cosignatures.

use rusqlite::{Connection, OptionalExtension as _, params};
use store::{Checkpoint, Cosignature, LogHead, StoreError};

use crate::facts;
use crate::fault::OrFault as _;

/// Where the log stands.
pub fn head(connection: &Connection) -> Result<LogHead, StoreError> {
    let (range, recorded) = facts::head(connection)?;
    Ok(LogHead { size: range.size(), root: range.root(), recorded })
}

/// The hashes of a tile, when all of them are there.
pub fn tile(
    connection: &Connection,
    level: u8,
    index: u64,
    width: u16,
) -> Result<Option<Vec<u8>>, StoreError> {
    let Some((from, to)) = store::log::tile_range(index, width) else { return Ok(None) };
    let hashes: Vec<[u8; 32]> = if level == 0 {
        let sql = "select hash from act where leaf >= ?1 and leaf < ?2 order by leaf";
        let mut statement = connection.prepare_cached(sql).or_fault()?;
        let hashes = statement.query_map([from, to], |row| row.get(0)).or_fault()?;
        hashes.collect::<Result<_, _>>().or_fault()?
    } else {
        let sql = "select hash from node where level = ?1 and idx >= ?2 and idx < ?3 order by idx";
        let mut statement = connection.prepare_cached(sql).or_fault()?;
        let hashes = statement.query_map(params![level, from, to], |row| row.get(0)).or_fault()?;
        hashes.collect::<Result<_, _>>().or_fault()?
    };
    Ok((hashes.len() == usize::from(width)).then(|| hashes.concat()))
}

/// The bytes of leaves in order.
pub fn entries(connection: &Connection, from_leaf: u64, n: u32) -> Result<Vec<Vec<u8>>, StoreError> {
    let Ok(from_leaf) = i64::try_from(from_leaf) else { return Ok(Vec::new()) };
    let sql = "select bytes from act where leaf >= ?1 order by leaf limit ?2";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let entries = statement.query_map(params![from_leaf, n], |row| row.get(0)).or_fault()?;
    entries.collect::<Result<_, _>>().or_fault()
}

/// Keeps a checkpoint, unless one of its size is kept.
pub fn save_checkpoint(connection: &Connection, checkpoint: &Checkpoint) -> Result<bool, StoreError> {
    let sql = "insert or ignore into checkpoint values (?1, ?2)";
    let n = connection.execute(sql, params![checkpoint.size, checkpoint.note]).or_fault()?;
    Ok(n == 1)
}

/// The checkpoint of the largest size.
pub fn checkpoint(connection: &Connection) -> Result<Option<Checkpoint>, StoreError> {
    let sql = "select size, note from checkpoint order by size desc limit 1";
    let row = |row: &rusqlite::Row| Ok(Checkpoint { size: row.get(0)?, note: row.get(1)? });
    connection.query_row(sql, [], row).optional().or_fault()
}

/// Keeps what a witness added.
pub fn save_cosignature(connection: &Connection, cosignature: &Cosignature) -> Result<(), StoreError> {
    let sql = "insert into cosignature values (?1, ?2, ?3)
        on conflict (size, witness) do update set line = excluded.line";
    let row = params![cosignature.size, cosignature.witness, cosignature.line];
    connection.execute(sql, row).or_fault().map(drop)
}

/// What witnesses added to a checkpoint.
pub fn cosignatures(connection: &Connection, size: u64) -> Result<Vec<Cosignature>, StoreError> {
    let sql = "select size, witness, line from cosignature where size = ?1 order by witness";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let row =
        |row: &rusqlite::Row| Ok(Cosignature { size: row.get(0)?, witness: row.get(1)?, line: row.get(2)? });
    statement.query_map([size], row).or_fault()?.collect::<Result<_, _>>().or_fault()
}
