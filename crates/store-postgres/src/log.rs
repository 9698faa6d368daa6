//! The log: tiles, entries, checkpoints, cosignatures.

use deadpool_postgres::Object;
use store::{Checkpoint, Cosignature, LogHead, StoreError};

use crate::cell::number;
use crate::facts;
use crate::fault::OrFault as _;

/// Where the log stands.
pub async fn head(client: &Object) -> Result<LogHead, StoreError> {
    let (range, recorded) = facts::range(&facts::head(client).await?)?;
    Ok(LogHead { size: range.size(), root: range.root(), recorded })
}

/// The hashes of a tile, when all of them are there.
pub async fn tile(client: &Object, level: u8, index: u64, width: u16) -> Result<Option<Vec<u8>>, StoreError> {
    let Some((from, to)) = store::log::tile_range(index, width) else { return Ok(None) };
    let rows = if level == 0 {
        let sql = "select hash from act where leaf >= $1 and leaf < $2 order by leaf";
        let statement = client.prepare_cached(sql).await.or_fault()?;
        client.query(&statement, &[&from, &to]).await.or_fault()?
    } else {
        let sql = "select hash from node where level = $1 and idx >= $2 and idx < $3 order by idx";
        let statement = client.prepare_cached(sql).await.or_fault()?;
        client.query(&statement, &[&i64::from(level), &from, &to]).await.or_fault()?
    };
    if rows.len() != usize::from(width) {
        return Ok(None);
    }
    let hashes = rows.iter().map(|row| row.try_get::<_, &[u8]>(0));
    Ok(Some(hashes.collect::<Result<Vec<_>, _>>().or_fault()?.concat()))
}

/// The bytes of leaves in order.
pub async fn entries(client: &Object, from_leaf: u64, n: u32) -> Result<Vec<Vec<u8>>, StoreError> {
    let Ok(from_leaf) = i64::try_from(from_leaf) else { return Ok(Vec::new()) };
    let sql = "select bytes from act where leaf >= $1 order by leaf limit $2";
    let statement = client.prepare_cached(sql).await.or_fault()?;
    let rows = client.query(&statement, &[&from_leaf, &i64::from(n)]).await.or_fault()?;
    rows.iter().map(|row| row.try_get(0).or_fault()).collect()
}

/// Keeps a checkpoint, unless one of its size is kept.
pub async fn save_checkpoint(client: &Object, checkpoint: &Checkpoint) -> Result<bool, StoreError> {
    let sql = "insert into checkpoint (size, note) values ($1, $2) on conflict do nothing";
    let n = client.execute(sql, &[&(checkpoint.size as i64), &checkpoint.note]).await.or_fault()?;
    Ok(n == 1)
}

/// The checkpoint of the largest size.
pub async fn checkpoint(client: &Object) -> Result<Option<Checkpoint>, StoreError> {
    let sql = "select size, note from checkpoint order by size desc limit 1";
    let Some(row) = client.query_opt(sql, &[]).await.or_fault()? else { return Ok(None) };
    Ok(Some(Checkpoint { size: number(&row, 0)?, note: row.try_get(1).or_fault()? }))
}

/// Keeps what a witness added.
pub async fn save_cosignature(client: &Object, cosignature: &Cosignature) -> Result<(), StoreError> {
    let sql = "insert into cosignature (size, witness, line) values ($1, $2, $3)
        on conflict (size, witness) do update set line = excluded.line";
    let Cosignature { size, witness, line } = cosignature;
    client.execute(sql, &[&(*size as i64), witness, line]).await.or_fault().map(drop)
}

/// What witnesses added to a checkpoint.
pub async fn cosignatures(client: &Object, size: u64) -> Result<Vec<Cosignature>, StoreError> {
    let Ok(of) = i64::try_from(size) else { return Ok(Vec::new()) };
    let sql = "select witness, line from cosignature where size = $1 order by witness";
    let rows = client.query(sql, &[&of]).await.or_fault()?;
    let cosignature = |row: &tokio_postgres::Row| {
        Ok(Cosignature { size, witness: row.try_get(0).or_fault()?, line: row.try_get(1).or_fault()? })
    };
    rows.iter().map(cosignature).collect()
}
