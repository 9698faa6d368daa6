//! A fresh file for each test.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use store::Store;
use store::conformance::Site;
use store::fault::Faults;
use store_sqlite::{Options, SqliteStore};

/// A folder with the files of one test.
pub struct Files {
    folder: tempfile::TempDir,
    n_others: AtomicU32,
}

impl Files {
    pub fn new() -> Files {
        Files { folder: tempfile::tempdir().unwrap(), n_others: AtomicU32::new(0) }
    }
}

#[async_trait]
impl Site for Files {
    async fn open_with(&self, faults: Faults) -> Arc<dyn Store> {
        let options = Options { faults, ..Options::default() };
        Arc::new(SqliteStore::open(self.path("store.db"), options).await.unwrap())
    }

    async fn elsewhere(&self) -> Arc<dyn Store> {
        let n = self.n_others.fetch_add(1, Ordering::Relaxed);
        Arc::new(SqliteStore::open(self.path(&format!("other-{n}.db")), Options::default()).await.unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
