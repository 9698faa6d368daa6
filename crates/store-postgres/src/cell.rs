//! Values of backups and queries, as PostgreSQL takes and gives them.

use std::error::Error;

use store::StoreError;
use store::backup::Cell;
use store::sql::Param;
use tokio_postgres::Row;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::fault::{OrFault as _, damaged};

/// A parameter of a query.
#[derive(Debug)]
pub struct Bound<'a>(pub &'a Param);

impl ToSql for Bound<'_> {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            Param::Int(value) => value.to_sql(of, out),
            // No text of the database has a zero byte, so one that asks for it finds nothing.
            Param::Text(text) => text.replace('\0', "\u{fffd}").to_sql(of, out),
        }
    }

    fn accepts(of: &Type) -> bool {
        <i64 as ToSql>::accepts(of) || <String as ToSql>::accepts(of)
    }

    to_sql_checked!();
}

/// A value of a row to be restored.
#[derive(Debug)]
pub struct Restored<'a>(pub &'a Cell);

impl ToSql for Restored<'_> {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self.0, of) {
            (Cell::Null, _) => Ok(IsNull::Yes),
            (Cell::Int(value), of) if <i64 as ToSql>::accepts(of) => value.to_sql(of, out),
            (Cell::Text(text), of) if <String as ToSql>::accepts(of) => text.to_sql(of, out),
            (Cell::Bytes(bytes), of) if <Vec<u8> as ToSql>::accepts(of) => bytes.to_sql(of, out),
            _ => Err("the value is not of the kind of its column".into()),
        }
    }

    fn accepts(of: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(of)
    }

    to_sql_checked!();
}

/// The values of a row to be backed up.
pub fn cells(row: &Row) -> Result<Vec<Cell>, StoreError> {
    let cell = |(at, column): (usize, &tokio_postgres::Column)| {
        let cell = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(at).or_fault()?.map(Cell::Int),
            Type::TEXT => row.try_get::<_, Option<String>>(at).or_fault()?.map(Cell::Text),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at).or_fault()?.map(Cell::Bytes),
            ref other => return Err(damaged(format!("列 {} 的类型是 {other}", column.name()))),
        };
        Ok(cell.unwrap_or(Cell::Null))
    };
    row.columns().iter().enumerate().map(cell).collect()
}

/// A hash from a column.
pub fn hash(row: &Row, at: usize) -> Result<store::Hash, StoreError> {
    let bytes: &[u8] = row.try_get(at).or_fault()?;
    store::Hash::from_slice(bytes).ok_or_else(|| damaged("散列值不是 32 字节"))
}

/// A number that is not negative from a column.
pub fn number<T: TryFrom<i64>>(row: &Row, at: usize) -> Result<T, StoreError> {
    let value: i64 = row.try_get(at).or_fault()?;
    T::try_from(value).map_err(|_| damaged(format!("数 {value} 超出范围")))
}
