//! The tables, and how an older file comes to have them. Migrations are added, never edited.

use rusqlite::Connection;
use store::StoreError;

use crate::fault::of;

const MIGRATIONS: [&str; 1] = [include_str!("../migrations/0001.sql")];

/// The version of the tables this program writes.
pub const SCHEMA: u32 = MIGRATIONS.len() as u32;

/// Marks the file as one of this program, for `file` and for people who wonder: "guij".
const APPLICATION: i64 = 0x6775_696a;

/// Brings the tables up to date, each step in a transaction of its own.
///
/// # Errors
/// [`StoreError::Newer`] when the file was written by a newer program; it is left as it is.
pub fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    loop {
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(of)?;
        let found = version(&transaction)?;
        let Some(step) = MIGRATIONS.get(found as usize) else { return Ok(()) };
        transaction.execute_batch(step).map_err(of)?;
        transaction.pragma_update(None, "application_id", APPLICATION).map_err(of)?;
        transaction.pragma_update(None, "user_version", found + 1).map_err(of)?;
        transaction.commit().map_err(of)?;
    }
}

/// The version of the tables of a file; 0 of an empty one.
///
/// # Errors
/// [`StoreError::Newer`] when this program does not know it.
pub fn version(connection: &Connection) -> Result<u32, StoreError> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(of)?;
    if found > SCHEMA { Err(StoreError::Newer { found, known: SCHEMA }) } else { Ok(found) }
}
