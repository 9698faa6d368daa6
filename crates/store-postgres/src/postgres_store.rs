//! The contract, kept with a database.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use store::fault::Faults;
use store::plan::Prepared;
use store::{
    Append, AppendError, Appended, BackupReport, Checkpoint, Cosignature, Count, Counter, Doc, DocsOf,
    FindingHit, FindingQuery, Hash, Health, IdempotencyKey, LimitHit, LimitQuery, LogHead, MatterKey,
    MatterQuery, MatterRow, MatterRows, NewDoc, Over, Page, Replication, Result, Store, StoreError,
    StoredMatter,
};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::database::Database;
use crate::fault::{OrFault as _, of_commit};
use crate::schema::{self, SCHEMA};
use crate::writer::{self, Waiting, Writer};
use crate::{acts, backup, docs, facts, lists, log, rows};

/// Commands that may wait for the writer; more of them wait before they are taken.
const WAITING_MAX: usize = 1024;

/// How a database is used.
#[derive(Clone)]
pub struct Options {
    /// Connections at the same time; one of them writes.
    pub n_connections: usize,
    /// How long to look for a host that takes writes before what waits is refused.
    pub patience: Duration,
    /// Where to fail, for tests.
    pub faults: Faults,
}

impl Default for Options {
    fn default() -> Options {
        Options { n_connections: 8, patience: Duration::from_secs(30), faults: Faults::default() }
    }
}

/// A store in a PostgreSQL database.
pub struct PostgresStore {
    database: Database,
    waiting: mpsc::WeakSender<Waiting>,
    writer: Mutex<Option<(mpsc::Sender<Waiting>, JoinHandle<()>)>>,
}

/// Reads with a connection; when it turns out to be gone, once more with another one.
macro_rules! read {
    ($self:ident, $client:ident => $read:expr) => {{
        let mut is_second = false;
        loop {
            let $client = $self.database.client().await?;
            match $read.await {
                Ok(read) => {
                    $client.give_back();
                    break Ok(read);
                }
                Err(StoreError::Unreachable(_)) if !is_second => {
                    $self.database.forget();
                    is_second = true;
                }
                Err(fault) => break Err(fault),
            }
        }
    }};
}

/// Writes in a transaction that holds the head of the log, so that no append comes between.
macro_rules! write_locked {
    ($self:ident, $client:ident => $write:expr) => {{
        let $client = $self.database.client().await?;
        writer::lock(&$client).await?;
        let written = $write.await?;
        $client.batch_execute("commit").await.map_err(of_commit)?;
        $client.give_back();
        Ok(written)
    }};
}

/// Writes with one statement, which is a transaction of its own.
macro_rules! write_alone {
    ($self:ident, $client:ident => $write:expr) => {{
        let $client = $self.database.client().await?;
        match $write.await {
            Ok(written) => {
                $client.give_back();
                Ok(written)
            }
            Err(StoreError::Unreachable(source)) => {
                $self.database.forget();
                Err(StoreError::Lost(source))
            }
            Err(StoreError::ReadOnly(source)) => {
                $self.database.forget();
                Err(StoreError::ReadOnly(source))
            }
            Err(fault) => Err(fault),
        }
    }};
}

impl PostgresStore {
    /// Opens a database by its address, such as `postgres://guiju@db1,db2/guiju`, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when a newer program wrote it, [`StoreError::Unreachable`] when no host takes writes.
    pub async fn open(address: &str, options: Options) -> Result<PostgresStore> {
        let database = Database::new(address, options.n_connections.max(2))?;
        let mut client = database.client().await?;
        let encoding = client.query_one("show server_encoding", &[]).await.or_fault()?;
        if encoding.try_get::<_, &str>(0).or_fault()? != "UTF8" {
            return Err(StoreError::Other("the database must be encoded in UTF8".into()));
        }
        schema::migrate(&mut client).await?;
        client.give_back();
        let (sender, asked) = mpsc::channel(WAITING_MAX);
        let Options { patience, faults, .. } = options;
        let writer = Writer { database: database.clone(), patience, faults };
        let task = tokio::spawn(writer.work(asked));
        let waiting = sender.downgrade();
        Ok(PostgresStore { database, waiting, writer: Mutex::new(Some((sender, task))) })
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn append(&self, append: Append) -> std::result::Result<Appended, AppendError> {
        let prepared = Box::new(Prepared::new(append)?);
        let closed = || StoreError::Unreachable("the store is closed".into());
        let waiting = self.waiting.upgrade().ok_or_else(closed)?;
        let (answer, answered) = oneshot::channel();
        waiting.send(Waiting { prepared, answer }).await.map_err(|_| closed())?;
        drop(waiting);
        answered.await.map_err(|error| StoreError::Lost(error.into()))?
    }

    async fn answered(
        &self,
        unit: &str,
        command: &IdempotencyKey,
    ) -> std::result::Result<Option<(MatterKey, Appended)>, AppendError> {
        let earlier = read!(self, client => facts::earlier(&client, unit, command))?;
        earlier.map(|earlier| earlier.repeated(unit, command)).transpose()
    }

    async fn load_many(&self, keys: &[MatterKey]) -> Result<Vec<StoredMatter>> {
        read!(self, client => acts::matters(&client, keys))
    }

    async fn version(&self, key: &MatterKey) -> Result<u32> {
        let standing = read!(self, client => facts::standing(&client, key))?;
        Ok(standing.map_or(0, |standing| standing.n_acts))
    }

    async fn numbered(&self, number: &str) -> Result<Option<(MatterKey, u32)>> {
        read!(self, client => acts::numbered(&client, number))
    }

    async fn blob_uses(&self, digest: &Hash) -> Result<Vec<(MatterKey, u32)>> {
        read!(self, client => acts::blob_uses(&client, digest))
    }

    async fn matters(&self, query: &MatterQuery) -> Result<Page<MatterRow>> {
        read!(self, client => lists::matters(&client, query))
    }

    async fn count_matters(&self, query: &MatterQuery, at_most: u32) -> Result<Count> {
        read!(self, client => lists::count_matters(&client, query, at_most))
    }

    async fn limits(&self, query: &LimitQuery) -> Result<Page<LimitHit>> {
        read!(self, client => lists::limits(&client, query))
    }

    async fn findings(&self, query: &FindingQuery) -> Result<Page<FindingHit>> {
        read!(self, client => lists::findings(&client, query))
    }

    async fn rows(&self, key: &MatterKey) -> Result<Option<MatterRows>> {
        read!(self, client => rows::load(&client, key))
    }

    async fn counters(&self, units: &[String]) -> Result<Vec<Counter>> {
        read!(self, client => lists::counters(&client, units))
    }

    async fn matter_keys(&self, after: Option<&MatterKey>, n: u32) -> Result<Vec<MatterKey>> {
        read!(self, client => acts::keys(&client, after, n))
    }

    async fn drop_rows(&self) -> Result<()> {
        write_locked!(self, client => rows::drop_all(&client))
    }

    async fn put_rows(&self, rows: Vec<MatterRows>) -> Result<()> {
        write_locked!(self, client => rows::put_all(&client, rows))
    }

    async fn rows_digest(&self) -> Result<Hash> {
        read!(self, client => backup::rows_digest(&client))
    }

    async fn log_head(&self) -> Result<LogHead> {
        read!(self, client => log::head(&client))
    }

    async fn tile(&self, level: u8, index: u64, width: u16) -> Result<Option<Vec<u8>>> {
        read!(self, client => log::tile(&client, level, index, width))
    }

    async fn entries(&self, from_leaf: u64, n: u32) -> Result<Vec<Vec<u8>>> {
        read!(self, client => log::entries(&client, from_leaf, n))
    }

    async fn leaf(&self, leaf: u64) -> Result<Option<(MatterKey, u32)>> {
        read!(self, client => acts::of_leaf(&client, leaf))
    }

    async fn save_checkpoint(&self, checkpoint: &Checkpoint) -> Result<bool> {
        write_alone!(self, client => log::save_checkpoint(&client, checkpoint))
    }

    async fn checkpoint(&self) -> Result<Option<Checkpoint>> {
        read!(self, client => log::checkpoint(&client))
    }

    async fn save_cosignature(&self, cosignature: &Cosignature) -> Result<()> {
        write_alone!(self, client => log::save_cosignature(&client, cosignature))
    }

    async fn cosignatures(&self, size: u64) -> Result<Vec<Cosignature>> {
        read!(self, client => log::cosignatures(&client, size))
    }

    async fn doc(&self, kind: &str, key: &str) -> Result<Option<Doc>> {
        read!(self, client => docs::get(&client, kind, key))
    }

    async fn put_doc(&self, doc: NewDoc) -> Result<u32> {
        write_alone!(self, client => docs::put(&client, &doc))
    }

    async fn docs(&self, kind: &str, of: &DocsOf, after: Option<&str>, n: u32) -> Result<Vec<Doc>> {
        read!(self, client => docs::list(&client, kind, of, after, n))
    }

    async fn delete_doc(&self, kind: &str, key: &str, over: Over) -> Result<bool> {
        write_alone!(self, client => docs::delete(&client, kind, key, over))
    }

    async fn purge_expired(&self, now: Timestamp) -> Result<u64> {
        write_alone!(self, client => docs::purge(&client, now))
    }

    async fn backup(&self, to: &Path) -> Result<BackupReport> {
        let client = self.database.client().await?;
        let written = backup::write(&client, to).await?;
        client.give_back();
        Ok(written)
    }

    async fn restore(&self, from: &Path) -> Result<BackupReport> {
        write_locked!(self, client => backup::read(&client, from))
    }

    async fn health(&self) -> Result<Health> {
        let head = self.log_head().await?;
        let replication = read!(self, client => replication(&client))?;
        // Touches what every append touches, and changes nothing.
        let touched: Result<()> = async { write_locked!(self, client => std::future::ready(Ok(()))) }.await;
        Ok(Health { writable: touched.is_ok(), replication, schema: SCHEMA, size: head.size })
    }

    async fn close(&self) {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((sender, task)) = writer {
            drop(sender);
            let _ = task.await;
        }
        self.database.close();
    }
}

/// Whether a second machine has what was answered.
async fn replication(client: &deadpool_postgres::Object) -> Result<Replication> {
    let sql = "select current_setting('synchronous_standby_names') <> ''
            and current_setting('synchronous_commit') in ('on', 'remote_apply', 'remote_write'),
        exists (select 1 from pg_stat_replication)";
    let row = client.query_one(sql, &[]).await.or_fault()?;
    Ok(match (row.try_get(0).or_fault()?, row.try_get(1).or_fault()?) {
        (true, _) => Replication::Synchronous,
        (false, true) => Replication::Asynchronous,
        (false, false) => Replication::None,
    })
}
