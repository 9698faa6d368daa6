//! The contract, kept with one file.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use store::fault::Faults;
use store::plan::Prepared;
use store::{
    Append, AppendError, Appended, BackupReport, Checkpoint, Cosignature, Count, Counter, Doc, DocsOf,
    FindingHit, FindingQuery, Hash, Health, IdempotencyKey, LimitHit, LimitQuery, LogHead, MatterKey,
    MatterQuery, MatterRow, MatterRows, NewDoc, Over, Page, Replication, Result, Store, StoreError,
    StoredMatter,
};
use tokio::sync::{mpsc, oneshot};

use crate::fault::of;
use crate::readers::Readers;
use crate::schema::{self, SCHEMA};
use crate::writer::{self, Job, Waiting};
use crate::{acts, backup, docs, facts, lists, log, rows};

/// Commands that may wait for the writer; more of them wait before they are taken.
const WAITING_MAX: usize = 1024;

/// How a file is opened.
#[derive(Clone)]
pub struct Options {
    /// Reads at the same time.
    pub n_readers: usize,
    /// How long to wait for another program that writes the same file.
    pub busy: Duration,
    /// Most pages of 4 KiB the file may grow to; none is the limit of the disk.
    pub n_pages_max: Option<u32>,
    /// Where to fail, for tests.
    pub faults: Faults,
}

impl Default for Options {
    fn default() -> Options {
        Options { n_readers: 4, busy: Duration::from_secs(10), n_pages_max: None, faults: Faults::default() }
    }
}

/// A store in one SQLite file.
pub struct SqliteStore {
    writer: Mutex<Option<Writer>>,
    jobs: mpsc::WeakSender<Job>,
    readers: Readers,
}

struct Writer {
    jobs: mpsc::Sender<Job>,
    thread: JoinHandle<()>,
}

impl SqliteStore {
    /// Opens a file, makes it when it is not there, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when a newer program wrote it, [`StoreError::ReadOnly`] or [`StoreError::Unreachable`] when
    /// it cannot be used.
    pub async fn open(path: impl Into<PathBuf>, options: Options) -> Result<SqliteStore> {
        let path = path.into();
        let opened = tokio::task::spawn_blocking(move || Self::open_here(&path, options)).await;
        opened.map_err(|error| StoreError::Other(error.into()))?
    }

    fn open_here(path: &Path, options: Options) -> Result<SqliteStore> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags).map_err(of)?;
        connection.busy_timeout(options.busy).map_err(of)?;
        // Asked before anything is changed: a file of a newer program stays as it is.
        let found = schema::version(&connection)?;
        if connection.is_readonly(rusqlite::MAIN_DB).map_err(of)? {
            return Err(StoreError::ReadOnly("the file cannot be opened for writing".into()));
        }
        prepare(&connection, &options).map_err(of)?;
        if found < SCHEMA {
            schema::migrate(&mut connection)?;
        }
        let (jobs, waiting) = mpsc::channel(WAITING_MAX);
        let faults = options.faults;
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || writer::work(connection, waiting, &faults))
            .map_err(|error| StoreError::Other(error.into()))?;
        let readers = Readers::new(path, options.n_readers);
        let weak = jobs.downgrade();
        Ok(SqliteStore { writer: Mutex::new(Some(Writer { jobs, thread })), jobs: weak, readers })
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.readers.read(read).await
    }

    /// Writes in a transaction of its own.
    async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let run = move |connection: &mut Connection| {
            let _ = answer.send(in_transaction(connection, write));
        };
        self.ask(Job::Run(Box::new(run))).await?;
        answered.await.map_err(|error| StoreError::Lost(error.into()))?
    }

    async fn ask(&self, job: Job) -> Result<()> {
        let closed = || StoreError::Unreachable("the store is closed".into());
        let jobs = self.jobs.upgrade().ok_or_else(closed)?;
        jobs.send(job).await.map_err(|_| closed())
    }
}

fn prepare(connection: &Connection, options: &Options) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    connection.pragma_update(None, "cache_size", -64_000)?;
    connection.set_prepared_statement_cache_capacity(128);
    if let Some(n_pages) = options.n_pages_max {
        connection.pragma_update(None, "max_page_count", n_pages)?;
    }
    Ok(())
}

fn in_transaction<T>(connection: &mut Connection, write: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(of)?;
    let answer = write(&transaction)?;
    transaction.commit().map_err(of)?;
    Ok(answer)
}

#[async_trait]
impl Store for SqliteStore {
    async fn append(&self, append: Append) -> std::result::Result<Appended, AppendError> {
        let prepared = Box::new(Prepared::new(append)?);
        let (answer, answered) = oneshot::channel();
        self.ask(Job::Append(Waiting { prepared, answer })).await?;
        answered.await.map_err(|error| StoreError::Lost(error.into()))?
    }

    async fn answered(
        &self,
        unit: &str,
        command: &IdempotencyKey,
    ) -> std::result::Result<Option<(MatterKey, Appended)>, AppendError> {
        let (of, key) = (unit.to_owned(), command.text.clone());
        let earlier = self.read(move |connection| facts::earlier(connection, &of, &key)).await?;
        earlier.map(|earlier| earlier.repeated(unit, command)).transpose()
    }

    async fn load_many(&self, keys: &[MatterKey]) -> Result<Vec<StoredMatter>> {
        let keys = keys.to_vec();
        self.read(move |connection| acts::matters(connection, &keys)).await
    }

    async fn version(&self, key: &MatterKey) -> Result<u32> {
        let key = key.clone();
        let standing = self.read(move |connection| facts::standing(connection, &key)).await?;
        Ok(standing.map_or(0, |standing| standing.n_acts))
    }

    async fn numbered(&self, number: &str) -> Result<Option<(MatterKey, u32)>> {
        let number = number.to_owned();
        self.read(move |connection| acts::numbered(connection, &number)).await
    }

    async fn blob_uses(&self, digest: &Hash) -> Result<Vec<(MatterKey, u32)>> {
        let digest = *digest;
        self.read(move |connection| acts::blob_uses(connection, &digest)).await
    }

    async fn matters(&self, query: &MatterQuery) -> Result<Page<MatterRow>> {
        let query = query.clone();
        self.read(move |connection| lists::matters(connection, &query)).await
    }

    async fn count_matters(&self, query: &MatterQuery, at_most: u32) -> Result<Count> {
        let query = query.clone();
        self.read(move |connection| lists::count_matters(connection, &query, at_most)).await
    }

    async fn limits(&self, query: &LimitQuery) -> Result<Page<LimitHit>> {
        let query = query.clone();
        self.read(move |connection| lists::limits(connection, &query)).await
    }

    async fn findings(&self, query: &FindingQuery) -> Result<Page<FindingHit>> {
        let query = query.clone();
        self.read(move |connection| lists::findings(connection, &query)).await
    }

    async fn rows(&self, key: &MatterKey) -> Result<Option<MatterRows>> {
        let key = key.clone();
        self.read(move |connection| rows::load(connection, &key)).await
    }

    async fn counters(&self, units: &[String]) -> Result<Vec<Counter>> {
        let units = units.to_vec();
        self.read(move |connection| lists::counters(connection, &units)).await
    }

    async fn matter_keys(&self, after: Option<&MatterKey>, n: u32) -> Result<Vec<MatterKey>> {
        let after = after.cloned();
        self.read(move |connection| acts::keys(connection, after.as_ref(), n)).await
    }

    async fn drop_rows(&self) -> Result<()> {
        self.write(rows::drop_all).await
    }

    async fn put_rows(&self, rows: Vec<MatterRows>) -> Result<()> {
        self.write(move |connection| rows::put_all(connection, rows)).await
    }

    async fn rows_digest(&self) -> Result<Hash> {
        self.read(backup::rows_digest).await
    }

    async fn log_head(&self) -> Result<LogHead> {
        self.read(log::head).await
    }

    async fn tile(&self, level: u8, index: u64, width: u16) -> Result<Option<Vec<u8>>> {
        self.read(move |connection| log::tile(connection, level, index, width)).await
    }

    async fn entries(&self, from_leaf: u64, n: u32) -> Result<Vec<Vec<u8>>> {
        self.read(move |connection| log::entries(connection, from_leaf, n)).await
    }

    async fn leaf(&self, leaf: u64) -> Result<Option<(MatterKey, u32)>> {
        self.read(move |connection| acts::of_leaf(connection, leaf)).await
    }

    async fn save_checkpoint(&self, checkpoint: &Checkpoint) -> Result<bool> {
        let checkpoint = checkpoint.clone();
        self.write(move |connection| log::save_checkpoint(connection, &checkpoint)).await
    }

    async fn checkpoint(&self) -> Result<Option<Checkpoint>> {
        self.read(log::checkpoint).await
    }

    async fn save_cosignature(&self, cosignature: &Cosignature) -> Result<()> {
        let cosignature = cosignature.clone();
        self.write(move |connection| log::save_cosignature(connection, &cosignature)).await
    }

    async fn cosignatures(&self, size: u64) -> Result<Vec<Cosignature>> {
        self.read(move |connection| log::cosignatures(connection, size)).await
    }

    async fn doc(&self, kind: &str, key: &str) -> Result<Option<Doc>> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        self.read(move |connection| docs::get(connection, &kind, &key)).await
    }

    async fn put_doc(&self, doc: NewDoc) -> Result<u32> {
        self.write(move |connection| docs::put(connection, &doc)).await
    }

    async fn docs(&self, kind: &str, of: &DocsOf, after: Option<&str>, n: u32) -> Result<Vec<Doc>> {
        let (kind, of, after) = (kind.to_owned(), of.clone(), after.map(str::to_owned));
        self.read(move |connection| docs::list(connection, &kind, &of, after.as_deref(), n)).await
    }

    async fn delete_doc(&self, kind: &str, key: &str, over: Over) -> Result<bool> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        self.write(move |connection| docs::delete(connection, &kind, &key, over)).await
    }

    async fn purge_expired(&self, now: Timestamp) -> Result<u64> {
        self.write(move |connection| docs::purge(connection, now)).await
    }

    async fn backup(&self, to: &Path) -> Result<BackupReport> {
        let to = to.to_owned();
        self.read(move |connection| backup::write(connection, &to)).await
    }

    async fn restore(&self, from: &Path) -> Result<BackupReport> {
        let from = from.to_owned();
        self.write(move |connection| backup::read(connection, &from)).await
    }

    async fn health(&self) -> Result<Health> {
        let head = self.log_head().await?;
        // A transaction that takes the lock of the writer and changes nothing.
        let sql = "update log_head set size = size";
        let written = self.write(move |connection| connection.execute(sql, []).map_err(of)).await;
        let writable = written.is_ok();
        Ok(Health { writable, replication: Replication::None, schema: SCHEMA, size: head.size })
    }

    async fn close(&self) {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Writer { jobs, thread }) = writer {
            drop(jobs);
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
        self.readers.close();
    }
}
