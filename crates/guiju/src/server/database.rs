//! Which database, by its address.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use store::{Store, StoreError};
use store_postgres::PostgresStore;
use store_sqlite::SqliteStore;

use crate::exit::Failure;

/// The address of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A file.
    Sqlite(PathBuf),
    /// One or several servers.
    Postgres(String),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(given: &str) -> Result<Address, String> {
        match given.split_once(':') {
            Some(("sqlite", file)) if !file.is_empty() => Ok(Address::Sqlite(file.into())),
            Some(("postgres" | "postgresql", _)) => Ok(Address::Postgres(given.to_owned())),
            _ => Err(format!("数据库应写作 sqlite:文件 或者 postgres://地址，不是 `{given}`")),
        }
    }
}

impl Address {
    /// Where its keys are kept unless another folder is named.
    pub fn folder(&self) -> Option<PathBuf> {
        match self {
            Address::Sqlite(file) => Some(file.with_extension("keys")),
            Address::Postgres(_) => None,
        }
    }

    /// Demands that a file is there: reading commands make none.
    pub fn demand_exists(&self) -> Result<(), Failure> {
        match self {
            Address::Sqlite(file) if !file.exists() => {
                Err(Failure::Input(format!("没有数据库 `{}`", file.display())))
            }
            _ => Ok(()),
        }
    }

    /// Opens it, with its tables brought up to date.
    pub async fn open(&self) -> Result<Arc<dyn Store>, Failure> {
        match self {
            Address::Sqlite(file) => {
                let opened = SqliteStore::open(file, store_sqlite::Options::default()).await;
                opened.map(|store| Arc::new(store) as Arc<dyn Store>).map_err(of_store)
            }
            Address::Postgres(address) => {
                let opened = PostgresStore::open(address, store_postgres::Options::default()).await;
                opened.map(|store| Arc::new(store) as Arc<dyn Store>).map_err(of_store)
            }
        }
    }
}

/// What the store says, with what lies behind it.
pub fn of_store(error: StoreError) -> Failure {
    let source = std::error::Error::source(&error).map_or_else(String::new, |source| format!("（{source}）"));
    let text = format!("{error}{source}");
    match error {
        StoreError::Damaged { .. } | StoreError::Other(_) => Failure::Fault(text),
        _ => Failure::Input(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_file_or_servers() {
        assert_eq!("sqlite:a/b.db".parse(), Ok(Address::Sqlite("a/b.db".into())));
        assert_eq!("postgres://h/d".parse(), Ok(Address::Postgres("postgres://h/d".into())));
        for wrong in ["", "sqlite:", "b.db", "mysql://h/d"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
        assert_eq!(Address::Sqlite("a/b.db".into()).folder(), Some("a/b.keys".into()));
    }
}
