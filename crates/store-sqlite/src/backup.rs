//! Backups: every row as it stands at one moment, and back.

use std::path::Path;

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Row, ToSql};
use store::backup::{Cell, Reader, TABLES, Table, WORDS, Writer};
use store::{BackupReport, StoreError};

use crate::fault::OrFault as _;

/// Writes a backup of what the connection sees.
pub fn write(connection: &Connection, to: &Path) -> Result<BackupReport, StoreError> {
    let mut writer = Writer::create(to)?;
    for table in TABLES.iter().chain([&WORDS]) {
        writer.table(table)?;
        let mut statement = connection.prepare(&select(table)).or_fault()?;
        let mut rows = statement.query([]).or_fault()?;
        while let Some(row) = rows.next().or_fault()? {
            writer.row(table, &cells(row, table).or_fault()?)?;
        }
    }
    writer.finish()
}

/// Reads a backup into tables that are still empty.
pub fn read(connection: &Connection, from: &Path) -> Result<BackupReport, StoreError> {
    let is_used = "select exists (select 1 from act) or exists (select 1 from doc) or exists (select 1 from checkpoint)";
    if connection.query_row(is_used, [], |row| row.get(0)).or_fault()? {
        return Err(StoreError::NotEmpty);
    }
    connection.execute("delete from log_head", []).or_fault()?;
    let mut reader = Reader::open(from)?;
    while let Some((table, cells)) = reader.next_row()? {
        if let ("act", [leaf, unit, matter, Cell::Int(1), ..]) = (table.name, cells.as_slice()) {
            let sql = "insert into matter values (?1, ?2, ?3)";
            let mut statement = connection.prepare_cached(sql).or_fault()?;
            statement.execute(rusqlite::params_from_iter([leaf, unit, matter].map(Bound))).or_fault()?;
        }
        let mut statement = connection.prepare_cached(&insert(table)).or_fault()?;
        let n = statement.execute(rusqlite::params_from_iter(cells.iter().map(Bound))).or_fault()?;
        if n != 1 {
            return Err(StoreError::Backup {
                why: format!("表 `{}` 有一行不属于任何事项", table.name)
            });
        }
    }
    reader.report()
}

/// The column of the index that is the number of its row.
fn column(table: &Table, name: &'static str) -> &'static str {
    if *table == WORDS && name == "begun" { "rowid" } else { name }
}

fn columns(table: &Table) -> Vec<&'static str> {
    table.columns.iter().map(|name| column(table, name)).collect()
}

fn select(table: &Table) -> String {
    // In a backup the matter stands by its name.
    match table.name {
        "act" => "select a.leaf, m.unit, m.matter, a.seq, a.number, a.hash, a.bytes
            from act a join matter m on m.begun = a.begun order by a.leaf"
            .to_owned(),
        "opening" => "select m.unit, m.matter, o.seq, o.path, o.value, o.salt, o.erased_by
            from opening o join matter m on m.begun = o.begun order by o.begun"
            .to_owned(),
        name => format!("select {} from {name} order by 1", columns(table).join(", ")),
    }
}

fn insert(table: &Table) -> String {
    match table.name {
        "act" => "insert into act select ?1, m.begun, ?4, ?5, ?6, ?7 from matter m where m.unit = ?2 and m.matter = ?3"
            .to_owned(),
        "opening" => "insert into opening select m.begun, ?3, ?4, ?5, ?6, ?7 from matter m
            where m.unit = ?1 and m.matter = ?2"
            .to_owned(),
        name => {
            let places = (1..=table.columns.len()).map(|at| format!("?{at}")).collect::<Vec<_>>();
            format!("insert into {name} ({}) values ({})", columns(table).join(", "), places.join(", "))
        }
    }
}

fn cells(row: &Row, table: &Table) -> rusqlite::Result<Vec<Cell>> {
    let cell = |at| {
        Ok(match row.get::<_, Value>(at)? {
            Value::Null => Cell::Null,
            Value::Integer(value) => Cell::Int(value),
            Value::Text(text) => Cell::Text(text),
            Value::Blob(bytes) => Cell::Bytes(bytes),
            Value::Real(_) => {
                return Err(rusqlite::Error::InvalidColumnType(
                    at,
                    table.name.into(),
                    rusqlite::types::Type::Real,
                ));
            }
        })
    };
    (0..table.columns.len()).map(cell).collect()
}

struct Bound<'a>(&'a Cell);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Cell::Null => ValueRef::Null,
            Cell::Int(value) => ValueRef::Integer(*value),
            Cell::Text(text) => ValueRef::Text(text.as_bytes()),
            Cell::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// A digest over all read models.
pub fn rows_digest(connection: &Connection) -> Result<store::Hash, StoreError> {
    let mut digest = store::backup::RowsDigest::default();
    for table in store::backup::read_models() {
        let keys = (1..=table.columns.len()).map(|at| at.to_string()).collect::<Vec<_>>().join(", ");
        let sql = format!("select {} from {} order by {keys}", columns(table).join(", "), table.name);
        let mut statement = connection.prepare(&sql).or_fault()?;
        let mut rows = statement.query([]).or_fault()?;
        while let Some(row) = rows.next().or_fault()? {
            digest.row(table, &cells(row, table).or_fault()?);
        }
    }
    Ok(digest.finish())
}
