//! The tables, and how an older database comes to have them. Migrations are added, never edited.

use deadpool_postgres::Object;
use store::StoreError;

use crate::fault::OrFault as _;

const MIGRATIONS: [&str; 1] = [include_str!("../migrations/0001.sql")];

/// The version of the tables this program writes.
pub const SCHEMA: u32 = MIGRATIONS.len() as u32;

/// Names the lock under which one server migrates while the others wait: "guiju" and a number.
const LOCK: i64 = 0x6775_696a_7501;

/// Brings the tables up to date, all steps in one transaction.
///
/// # Errors
/// [`StoreError::Newer`] when the database was written by a newer program; it is left as it is.
pub async fn migrate(client: &mut Object) -> Result<(), StoreError> {
    let transaction = client.transaction().await.or_fault()?;
    transaction.execute("select pg_advisory_xact_lock($1)", &[&LOCK]).await.or_fault()?;
    transaction
        .batch_execute(
            "create table if not exists schema_version (one bigint primary key, version bigint not null)",
        )
        .await
        .or_fault()?;
    let found = transaction.query_opt("select version from schema_version", &[]).await.or_fault()?;
    let found = found.map(|row| crate::cell::number(&row, 0)).transpose()?.unwrap_or(0);
    if found > SCHEMA {
        return Err(StoreError::Newer { found, known: SCHEMA });
    }
    if found == SCHEMA {
        return Ok(());
    }
    for step in &MIGRATIONS[found as usize..] {
        transaction.batch_execute(step).await.or_fault()?;
    }
    let sql = "insert into schema_version values (1, $1) on conflict (one) do update set version = excluded.version";
    transaction.execute(sql, &[&i64::from(SCHEMA)]).await.or_fault()?;
    transaction.commit().await.or_fault()
}
