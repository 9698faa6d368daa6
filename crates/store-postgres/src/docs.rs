//! Documents by key. Every change is one statement that names the version it is written over, so no lock is held in between.

use deadpool_postgres::Object;
use jiff::Timestamp;
use store::{Doc, DocsOf, NewDoc, Over, StoreError};
use tokio_postgres::Row;

use crate::cell::number;
use crate::fault::{OrFault as _, damaged};

/// A document.
pub async fn get(client: &Object, kind: &str, key: &str) -> Result<Option<Doc>, StoreError> {
    let sql = "select kind, key, version, json, idx, expires from doc where kind = $1 and key = $2";
    let statement = client.prepare_cached(sql).await.or_fault()?;
    let found = client.query_opt(&statement, &[&plain(kind), &plain(key)]).await.or_fault()?;
    found.map(|row| doc(&row)).transpose()
}

/// Writes a document over what it says.
pub async fn put(client: &Object, new: &NewDoc) -> Result<u32, StoreError> {
    let sql = match new.over {
        Over::Nothing => {
            "insert into doc (kind, key, version, json, idx, expires) values ($1, $2, 1 + 0 * $6::bigint, $3, $4, $5)
                on conflict do nothing returning version"
        }
        Over::Version(_) => {
            "update doc set version = version + 1, json = $3, idx = $4, expires = $5
                where kind = $1 and key = $2 and version = $6 returning version"
        }
        Over::Anything => {
            "insert into doc as d (kind, key, version, json, idx, expires) values ($1, $2, 1 + 0 * $6::bigint, $3, $4, $5)
                on conflict (kind, key) do update
                set version = d.version + 1, json = excluded.json, idx = excluded.idx, expires = excluded.expires
                returning version"
        }
    };
    let version = version_of(new.over);
    let (json, expires) = (new.json.to_string(), new.expires.map(Timestamp::as_microsecond));
    let statement = client.prepare_cached(sql).await.or_fault()?;
    let (kind, key) = (plain(&new.kind), plain(&new.key));
    let written = client.query_opt(&statement, &[&kind, &key, &json, &new.index, &expires, &version]).await;
    match written.or_fault()? {
        Some(row) => number(&row, 0),
        None => Err(changed(client, &new.kind, &new.key).await?),
    }
}

/// Deletes a document.
pub async fn delete(client: &Object, kind: &str, key: &str, over: Over) -> Result<bool, StoreError> {
    let sql = match over {
        Over::Nothing => return get(client, kind, key).await?.map_or(Ok(false), |doc| Err(of(&doc))),
        Over::Version(_) => "delete from doc where kind = $1 and key = $2 and version = $3",
        Over::Anything => "delete from doc where kind = $1 and key = $2 and $3::bigint = 0",
    };
    let statement = client.prepare_cached(sql).await.or_fault()?;
    let n = client.execute(&statement, &[&plain(kind), &plain(key), &version_of(over)]).await.or_fault()?;
    match (n, over) {
        (0, Over::Version(_)) => Err(changed(client, kind, key).await?),
        (n, _) => Ok(n == 1),
    }
}

/// Documents of a kind, in order.
pub async fn list(
    client: &Object,
    kind: &str,
    of: &DocsOf,
    after: Option<&str>,
    n: u32,
) -> Result<Vec<Doc>, StoreError> {
    let (sql, which, end) = match of {
        DocsOf::Prefix(prefix) => (
            "select kind, key, version, json, idx, expires from doc
                where kind = $1 and key >= $2 and key < $3 and key > $4 order by key limit $5",
            prefix,
            format!("{prefix}{}", char::MAX),
        ),
        DocsOf::Index(index) => (
            "select kind, key, version, json, idx, expires from doc
                where kind = $1 and idx = $2 and $3::text = '' and key > $4 order by key limit $5",
            index,
            String::new(),
        ),
    };
    let statement = client.prepare_cached(sql).await.or_fault()?;
    let (kind, which, end, after) =
        (plain(kind), plain(which), plain(&end), plain(after.unwrap_or_default()));
    let rows = client.query(&statement, &[&kind, &which, &end, &after, &i64::from(n)]).await.or_fault()?;
    rows.iter().map(doc).collect()
}

/// Deletes what expired.
pub async fn purge(client: &Object, now: Timestamp) -> Result<u64, StoreError> {
    client.execute("delete from doc where expires < $1", &[&now.as_microsecond()]).await.or_fault()
}

fn version_of(over: Over) -> i64 {
    match over {
        Over::Nothing | Over::Anything => 0,
        Over::Version(version) => i64::from(version),
    }
}

/// No text of the database has a zero byte.
fn plain(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

async fn changed(client: &Object, kind: &str, key: &str) -> Result<StoreError, StoreError> {
    let current = get(client, kind, key).await?.map_or(0, |doc| doc.version);
    Ok(StoreError::DocChanged { kind: kind.to_owned(), key: key.to_owned(), current })
}

fn of(doc: &Doc) -> StoreError {
    StoreError::DocChanged { kind: doc.kind.clone(), key: doc.key.clone(), current: doc.version }
}

fn doc(row: &Row) -> Result<Doc, StoreError> {
    let json: &str = row.try_get(3).or_fault()?;
    let expires: Option<i64> = row.try_get(5).or_fault()?;
    Ok(Doc {
        kind: row.try_get(0).or_fault()?,
        key: row.try_get(1).or_fault()?,
        version: number(row, 2)?,
        json: serde_json::from_str(json).map_err(|error| damaged(format!("文档：{error}")))?,
        index: row.try_get(4).or_fault()?,
        expires: expires.and_then(|instant| Timestamp::from_microsecond(instant).ok()),
    })
}
