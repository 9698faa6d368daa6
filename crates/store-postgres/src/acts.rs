//! Acts and their openings, as they were written.

use std::collections::BTreeMap;

use deadpool_postgres::Object;
use store::{Hash, MatterKey, Opening, StoreError, StoredAct, StoredMatter};
use tokio_postgres::Row;

use crate::cell::{hash, number};
use crate::facts;
use crate::fault::{OrFault as _, damaged};

const ACTS: &str = "select a.unit, a.matter, a.seq, a.leaf, a.hash, a.bytes
    from unnest($1::text[], $2::text[]) k (unit, matter) join act a on a.unit = k.unit and a.matter = k.matter
    where a.seq > $3 order by a.unit, a.matter, a.seq";
const OPENINGS: &str = "select o.unit, o.matter, o.seq, o.path, o.value, o.salt, o.erased_by
    from unnest($1::text[], $2::text[]) k (unit, matter) join opening o on o.unit = k.unit and o.matter = k.matter
    where o.seq > $3 order by o.unit, o.matter, o.seq, o.path";

/// The acts of a matter after the first `seen`, inside a transaction that nobody can append beside.
pub async fn after(client: &Object, key: &MatterKey, seen: u32) -> Result<Vec<StoredAct>, StoreError> {
    let found = read(client, &[key], seen).await?;
    Ok(found.into_iter().next().map_or_else(Vec::new, |matter| matter.acts))
}

/// Matters with all their acts, in the order of their keys. Acts and openings are of one moment.
pub async fn matters(client: &Object, keys: &[MatterKey]) -> Result<Vec<StoredMatter>, StoreError> {
    let mut keys: Vec<&MatterKey> = keys.iter().collect();
    keys.sort();
    keys.dedup();
    // Both are sent before the first answer comes; what is read in between is one state.
    let begin = client.batch_execute("begin isolation level repeatable read, read only");
    let (begun, found) = tokio::join!(biased; begin, read(client, &keys, 0));
    begun.or_fault()?;
    client.batch_execute("commit").await.or_fault()?;
    found
}

async fn read(client: &Object, keys: &[&MatterKey], seen: u32) -> Result<Vec<StoredMatter>, StoreError> {
    let (units, matters) = facts::columns(keys.iter().copied());
    let seen = i64::from(seen);
    let statements = tokio::try_join!(client.prepare_cached(ACTS), client.prepare_cached(OPENINGS));
    let (of_acts, of_openings) = statements.or_fault()?;
    let params: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&units, &matters, &seen];
    let answers = tokio::try_join!(client.query(&of_acts, &params), client.query(&of_openings, &params));
    let (acts, openings) = answers.or_fault()?;
    let mut found: BTreeMap<MatterKey, Vec<StoredAct>> = BTreeMap::new();
    for row in &acts {
        found.entry(key(row)?).or_default().push(act(row)?);
    }
    for row in &openings {
        let of = key(row)?;
        let wrong = || damaged(format!("`{of}` 的承诺值"));
        let seq: u32 = number(row, 2)?;
        let act = found.get_mut(&of).and_then(|acts| acts.iter_mut().find(|act| act.seq == seq));
        put_opening(act.ok_or_else(wrong)?, row)?.ok_or_else(wrong)?;
    }
    Ok(found.into_iter().map(|(key, acts)| StoredMatter { key, acts }).collect())
}

fn act(row: &Row) -> Result<StoredAct, StoreError> {
    Ok(StoredAct {
        seq: number(row, 2)?,
        leaf: number(row, 3)?,
        hash: hash(row, 4)?,
        bytes: row.try_get(5).or_fault()?,
        openings: Vec::new(),
        erased: Vec::new(),
    })
}

/// Puts an opening to its act; nothing when it is neither open nor erased.
fn put_opening(act: &mut StoredAct, row: &Row) -> Result<Option<()>, StoreError> {
    let path: String = row.try_get(3).or_fault()?;
    if row.try_get::<_, Option<i64>>(6).or_fault()?.is_some() {
        act.erased.push((path, number(row, 6)?));
        return Ok(Some(()));
    }
    let (value, salt): (Option<&str>, Option<&[u8]>) =
        (row.try_get(4).or_fault()?, row.try_get(5).or_fault()?);
    let value = value.and_then(|value| serde_json::from_str(value).ok());
    let salt = salt.and_then(|salt| salt.try_into().ok());
    Ok(value.zip(salt).map(|(value, salt)| act.openings.push(Opening { path, value, salt })))
}

/// The act of a paper number.
pub async fn numbered(client: &Object, wanted: &str) -> Result<Option<(MatterKey, u32)>, StoreError> {
    let sql = "select unit, matter, seq from act where number = $1 order by leaf limit 1";
    let statement = client.prepare_cached(sql).await.or_fault()?;
    let wanted = wanted.replace('\0', "\u{fffd}");
    client.query_opt(&statement, &[&wanted]).await.or_fault()?.map(|row| place(&row)).transpose()
}

/// The act of a leaf.
pub async fn of_leaf(client: &Object, leaf: u64) -> Result<Option<(MatterKey, u32)>, StoreError> {
    let Ok(leaf) = i64::try_from(leaf) else { return Ok(None) };
    let statement =
        client.prepare_cached("select unit, matter, seq from act where leaf = $1").await.or_fault()?;
    client.query_opt(&statement, &[&leaf]).await.or_fault()?.map(|row| place(&row)).transpose()
}

/// The acts that name an attachment.
pub async fn blob_uses(client: &Object, digest: &Hash) -> Result<Vec<(MatterKey, u32)>, StoreError> {
    let sql = "select unit, matter, seq from blob_use where digest = $1 order by unit, matter, seq";
    let statement = client.prepare_cached(sql).await.or_fault()?;
    client.query(&statement, &[&digest.0.as_slice()]).await.or_fault()?.iter().map(place).collect()
}

fn key(row: &Row) -> Result<MatterKey, StoreError> {
    Ok(MatterKey { unit: row.try_get(0).or_fault()?, matter: row.try_get(1).or_fault()? })
}

fn place(row: &Row) -> Result<(MatterKey, u32), StoreError> {
    Ok((key(row)?, number(row, 2)?))
}

/// Keys of matters in order, after one.
pub async fn keys(client: &Object, after: Option<&MatterKey>, n: u32) -> Result<Vec<MatterKey>, StoreError> {
    let sql = "select unit, matter from act where seq = 1 and (unit, matter) > ($1, $2) order by unit, matter limit $3";
    let statement = client.prepare_cached(sql).await.or_fault()?;
    let (unit, matter) = after.map_or(("", ""), |key| (&key.unit, &key.matter));
    client.query(&statement, &[&unit, &matter, &i64::from(n)]).await.or_fault()?.iter().map(key).collect()
}
