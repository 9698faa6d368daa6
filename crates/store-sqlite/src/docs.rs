//! Documents by key.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use store::{Doc, DocsOf, NewDoc, Over, StoreError};

use crate::fault::OrFault as _;

/// A document.
pub fn get(connection: &Connection, kind: &str, key: &str) -> Result<Option<Doc>, StoreError> {
    let sql = "select kind, key, version, json, idx, expires from doc where kind = ?1 and key = ?2";
    connection.prepare_cached(sql).or_fault()?.query_row([kind, key], doc).optional().or_fault()
}

/// Writes a document over what it says.
pub fn put(connection: &Connection, doc: &NewDoc) -> Result<u32, StoreError> {
    let current = version(connection, &doc.kind, &doc.key)?;
    doc.over.check(&doc.kind, &doc.key, current)?;
    let sql = "insert into doc (kind, key, version, json, idx, expires) values (?1, ?2, ?3, ?4, ?5, ?6)
        on conflict (kind, key) do update
        set version = excluded.version, json = excluded.json, idx = excluded.idx, expires = excluded.expires";
    let expires = doc.expires.map(Timestamp::as_microsecond);
    let row = params![doc.kind, doc.key, current + 1, doc.json.to_string(), doc.index, expires];
    connection.prepare_cached(sql).or_fault()?.execute(row).or_fault()?;
    Ok(current + 1)
}

/// Deletes a document.
pub fn delete(connection: &Connection, kind: &str, key: &str, over: Over) -> Result<bool, StoreError> {
    let current = version(connection, kind, key)?;
    over.check(kind, key, current)?;
    let sql = "delete from doc where kind = ?1 and key = ?2";
    Ok(connection.prepare_cached(sql).or_fault()?.execute([kind, key]).or_fault()? == 1)
}

/// Documents of a kind, in order.
pub fn list(
    connection: &Connection,
    kind: &str,
    of: &DocsOf,
    after: Option<&str>,
    n: u32,
) -> Result<Vec<Doc>, StoreError> {
    let after = after.unwrap_or_default();
    let (sql, which, end) = match of {
        DocsOf::Prefix(prefix) => (
            "select kind, key, version, json, idx, expires from doc
                where kind = ?1 and key >= ?2 and key < ?3 and key > ?4 order by key limit ?5",
            prefix,
            format!("{prefix}{}", char::MAX),
        ),
        DocsOf::Index(index) => (
            "select kind, key, version, json, idx, expires from doc
                where kind = ?1 and idx = ?2 and ?3 = '' and key > ?4 order by key limit ?5",
            index,
            String::new(),
        ),
    };
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let docs = statement.query_map(params![kind, which, end, after, n], doc).or_fault()?;
    docs.collect::<Result<_, _>>().or_fault()
}

/// Deletes what expired.
pub fn purge(connection: &Connection, now: Timestamp) -> Result<u64, StoreError> {
    let sql = "delete from doc where expires < ?1";
    Ok(connection.execute(sql, [now.as_microsecond()]).or_fault()? as u64)
}

fn version(connection: &Connection, kind: &str, key: &str) -> Result<u32, StoreError> {
    let sql = "select version from doc where kind = ?1 and key = ?2";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let version = statement.query_row([kind, key], |row| row.get(0)).optional().or_fault()?;
    Ok(version.unwrap_or(0))
}

fn doc(row: &Row) -> rusqlite::Result<Doc> {
    let json: String = row.get(3)?;
    let wrong =
        |error| rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, Box::new(error));
    let expires: Option<i64> = row.get(5)?;
    Ok(Doc {
        kind: row.get(0)?,
        key: row.get(1)?,
        version: row.get(2)?,
        json: serde_json::from_str(&json).map_err(wrong)?,
        index: row.get(4)?,
        expires: expires.and_then(|instant| Timestamp::from_microsecond(instant).ok()),
    })
}
