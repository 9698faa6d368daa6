//! Acts and their openings, as they were written.

use rusqlite::{Connection, OptionalExtension as _, Row};
use store::{Hash, MatterKey, Opening, StoreError, StoredAct, StoredMatter};

use crate::fault::{OrFault as _, damaged};

/// The acts of a matter after the first `seen`.
pub fn after(connection: &Connection, key: &MatterKey, seen: u32) -> Result<Vec<StoredAct>, StoreError> {
    let Some(begun) = begun(connection, key)? else { return Ok(Vec::new()) };
    let sql = "select seq, leaf, hash, bytes from act where begun = ?1 and seq > ?2 order by seq";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let act = |row: &Row| {
        Ok(StoredAct {
            seq: row.get(0)?,
            leaf: row.get(1)?,
            hash: Hash(row.get(2)?),
            bytes: row.get(3)?,
            openings: Vec::new(),
            erased: Vec::new(),
        })
    };
    let acts = statement.query_map((begun, seen), act).or_fault()?;
    let mut acts: Vec<StoredAct> = acts.collect::<Result<_, _>>().or_fault()?;
    openings(connection, key, begun, seen, &mut acts)?;
    Ok(acts)
}

/// The number that stands for a matter in the file.
fn begun(connection: &Connection, key: &MatterKey) -> Result<Option<u64>, StoreError> {
    let sql = "select begun from matter where unit = ?1 and matter = ?2";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    statement.query_row([&key.unit, &key.matter], |row| row.get(0)).optional().or_fault()
}

/// Puts the openings to their acts.
fn openings(
    connection: &Connection,
    key: &MatterKey,
    begun: u64,
    seen: u32,
    acts: &mut [StoredAct],
) -> Result<(), StoreError> {
    let sql = "select seq, path, value, salt, erased_by from opening
        where begun = ?1 and seq > ?2 order by seq, path";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let mut rows = statement.query((begun, seen)).or_fault()?;
    let wrong = || damaged(format!("`{key}` 的承诺值"));
    while let Some(row) = rows.next().or_fault()? {
        let seq: u32 = row.get(0).or_fault()?;
        let act = acts.iter_mut().find(|act| act.seq == seq).ok_or_else(wrong)?;
        let path: String = row.get(1).or_fault()?;
        let open: Option<(String, [u8; 32])> = row.get(2).and_then(|value| Ok((value, row.get(3)?))).ok();
        match (open, row.get::<_, Option<u32>>(4).or_fault()?) {
            (_, Some(by)) => act.erased.push((path, by)),
            (Some((value, salt)), None) => {
                let value = serde_json::from_str(&value).map_err(|_| wrong())?;
                act.openings.push(Opening { path, value, salt });
            }
            (None, None) => return Err(wrong()),
        }
    }
    Ok(())
}

/// Matters with all their acts, in the order of their keys.
pub fn matters(connection: &Connection, keys: &[MatterKey]) -> Result<Vec<StoredMatter>, StoreError> {
    let mut keys: Vec<&MatterKey> = keys.iter().collect();
    keys.sort();
    keys.dedup();
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        let acts = after(connection, key, 0)?;
        if !acts.is_empty() {
            found.push(StoredMatter { key: key.clone(), acts });
        }
    }
    Ok(found)
}

/// The act of a paper number.
pub fn numbered(connection: &Connection, number: &str) -> Result<Option<(MatterKey, u32)>, StoreError> {
    let sql = "select m.unit, m.matter, a.seq from act a join matter m on m.begun = a.begun
        where a.number = ?1 order by a.leaf limit 1";
    connection.prepare_cached(sql).or_fault()?.query_row([number], place).optional().or_fault()
}

/// The act of a leaf.
pub fn of_leaf(connection: &Connection, leaf: u64) -> Result<Option<(MatterKey, u32)>, StoreError> {
    let Ok(leaf) = i64::try_from(leaf) else { return Ok(None) };
    let sql =
        "select m.unit, m.matter, a.seq from act a join matter m on m.begun = a.begun where a.leaf = ?1";
    connection.prepare_cached(sql).or_fault()?.query_row([leaf], place).optional().or_fault()
}

/// The acts that name an attachment.
pub fn blob_uses(connection: &Connection, digest: &Hash) -> Result<Vec<(MatterKey, u32)>, StoreError> {
    let sql = "select unit, matter, seq from blob_use where digest = ?1 order by unit, matter, seq";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let uses = statement.query_map([digest.0], place).or_fault()?;
    uses.collect::<Result<_, _>>().or_fault()
}

fn place(row: &Row) -> rusqlite::Result<(MatterKey, u32)> {
    Ok((MatterKey { unit: row.get(0)?, matter: row.get(1)? }, row.get(2)?))
}

/// Keys of matters in order, after one.
pub fn keys(
    connection: &Connection,
    after: Option<&MatterKey>,
    n: u32,
) -> Result<Vec<MatterKey>, StoreError> {
    let sql =
        "select unit, matter from matter where (unit, matter) > (?1, ?2) order by unit, matter limit ?3";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let (unit, matter) = after.map_or(("", ""), |key| (&key.unit, &key.matter));
    let keys = statement
        .query_map((unit, matter, n), |row| Ok(MatterKey { unit: row.get(0)?, matter: row.get(1)? }))
        .or_fault()?;
    keys.collect::<Result<_, _>>().or_fault()
}
