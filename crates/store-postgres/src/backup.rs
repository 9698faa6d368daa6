//! Backups: every row as it stands at one moment, and back.

use std::path::Path;
use std::pin::pin;

use deadpool_postgres::Object;
use futures_util::TryStreamExt as _;
use store::backup::{Cell, Reader, RowsDigest, TABLES, Table, WORDS, Writer, read_models};
use store::{BackupReport, Hash, StoreError};
use tokio_postgres::types::ToSql;

use crate::cell::{Restored, cells};
use crate::fault::{OrFault as _, damaged};
use crate::rows;

/// What is read is of one moment, and may take its time.
const BEGIN: &str = "begin isolation level repeatable read, read only; set local statement_timeout = 0";

/// Writes a backup.
pub async fn write(client: &Object, to: &Path) -> Result<BackupReport, StoreError> {
    client.batch_execute(BEGIN).await.or_fault()?;
    let mut writer = Writer::create(to)?;
    for table in TABLES.iter().chain([&WORDS]) {
        writer.table(table)?;
        each_row(client, &format!("{} order by 1", select(table)), |cells| writer.row(table, &cells)).await?;
    }
    client.batch_execute("commit").await.or_fault()?;
    writer.finish()
}

/// A digest over all read models.
pub async fn rows_digest(client: &Object) -> Result<Hash, StoreError> {
    client.batch_execute(BEGIN).await.or_fault()?;
    let mut digest = RowsDigest::default();
    for table in read_models() {
        let keys = (1..=table.columns.len()).map(|at| at.to_string()).collect::<Vec<_>>().join(", ");
        let sql = format!("{} order by {keys}", select(table));
        each_row(client, &sql, |cells| {
            digest.row(table, &cells);
            Ok(())
        })
        .await?;
    }
    client.batch_execute("commit").await.or_fault()?;
    Ok(digest.finish())
}

/// The rows as they come; memory holds a few of them.
async fn each_row(
    client: &Object,
    sql: &str,
    mut take: impl FnMut(Vec<Cell>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let no_params: [&(dyn ToSql + Sync); 0] = [];
    let mut rows = pin!(client.query_raw(sql, no_params).await.or_fault()?);
    while let Some(row) = rows.try_next().await.or_fault()? {
        take(cells(&row)?)?;
    }
    Ok(())
}

fn select(table: &Table) -> String {
    if *table == WORDS {
        return "select begun, text from matter_text".to_owned();
    }
    format!("select {} from {}", table.columns.join(", "), table.name)
}

/// Reads a backup into tables that are still empty, inside a transaction whose head is locked.
pub async fn read(client: &Object, from: &Path) -> Result<BackupReport, StoreError> {
    let is_used = "select exists (select 1 from act) or exists (select 1 from doc) or exists (select 1 from checkpoint)";
    if client.query_one(is_used, &[]).await.or_fault()?.try_get(0).or_fault()? {
        return Err(StoreError::NotEmpty);
    }
    client.batch_execute("set local statement_timeout = 0; delete from log_head").await.or_fault()?;
    let mut reader = Reader::open(from)?;
    let mut waiting: Vec<Vec<Cell>> = Vec::new();
    let mut of: Option<&'static Table> = None;
    loop {
        let next = reader.next_row()?;
        let is_other = next.as_ref().is_none_or(|(table, _)| of != Some(*table));
        if let Some(table) = of.filter(|_| is_other || waiting.len() >= 500) {
            insert(client, table, &std::mem::take(&mut waiting)).await?;
        }
        let Some((table, cells)) = next else { break };
        of = Some(table);
        waiting.push(cells);
    }
    reader.report()
}

async fn insert(client: &Object, table: &Table, rows: &[Vec<Cell>]) -> Result<(), StoreError> {
    if *table == WORDS {
        return insert_words(client, rows).await;
    }
    let places = (1..=table.columns.len()).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ");
    let sql = format!("insert into {} ({}) values ({places})", table.name, table.columns.join(", "));
    let statement = client.prepare_cached(&sql).await.or_fault()?;
    let statement = &statement;
    let run = rows.iter().map(async |cells| {
        let cells: Vec<Restored> = cells.iter().map(Restored).collect();
        let values: Vec<&(dyn ToSql + Sync)> = cells.iter().map(|cell| cell as _).collect();
        client.execute(statement, &values).await
    });
    futures_util::future::try_join_all(run).await.or_fault().map(drop)
}

/// The full-text index is made anew from the words; the unit of a row is the one of its matter.
async fn insert_words(client: &Object, rows: &[Vec<Cell>]) -> Result<(), StoreError> {
    let (mut begun, mut texts, mut words) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let [Cell::Int(number), Cell::Text(text)] = row.as_slice() else { return Err(damaged("检索词")) };
        begun.push(*number);
        words.push(store::sql::words_of(text).join(" "));
        texts.push(text.clone());
    }
    let sql =
        "select array_agg(m.unit order by k.place) from unnest($1::bigint[]) with ordinality k (begun, place)
        join matter_row m on m.begun = k.begun";
    let units: Option<Vec<String>> =
        client.query_one(sql, &[&begun]).await.or_fault()?.try_get(0).or_fault()?;
    let units = units.unwrap_or_default();
    if units.len() != begun.len() {
        return Err(damaged("检索词不属于任何事项"));
    }
    client.execute(rows::WORDS, &[&units, &begun, &texts, &words]).await.or_fault().map(drop)
}
