//! The contract both back ends keep. Every method is safe to call from any number of tasks.

use std::path::Path;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::append::{Append, Appended};
use crate::doc::{Doc, DocsOf, NewDoc, Over};
use crate::error::{AppendError, StoreError};
use crate::key::{IdempotencyKey, MatterKey};
use crate::log::{Checkpoint, Cosignature, LogHead};
use crate::query::{Count, FindingQuery, LimitQuery, MatterQuery, Page};
use crate::rows::{Counter, FindingHit, LimitHit, MatterRow, MatterRows};
use crate::stored::StoredMatter;
use crate::tree::Hash;

/// What reads answer.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A store of matters, with their log, their read models and the documents beside them.
///
/// Reads see everything whose append was answered before they were asked.
#[async_trait]
pub trait Store: Send + Sync {
    /// Records acts: with leaf, numbers, openings and read models in one transaction, or not at all.
    ///
    /// # Errors
    /// As [`AppendError`] says; only [`StoreError::Lost`] leaves open whether it was recorded.
    async fn append(&self, append: Append) -> std::result::Result<Appended, AppendError>;

    /// What a command recorded when it was first asked, so that a repeated request need not be decided anew:
    /// its matter and the answer, marked `repeated`; none when the key is new.
    ///
    /// # Errors
    /// [`AppendError::KeyReused`] when the key named a command with other content.
    async fn answered(
        &self,
        unit: &str,
        command: &IdempotencyKey,
    ) -> std::result::Result<Option<(MatterKey, Appended)>, AppendError>;

    /// A matter with all its acts; none when there is no such matter.
    async fn load(&self, key: &MatterKey) -> Result<Option<StoredMatter>> {
        Ok(self.load_many(std::slice::from_ref(key)).await?.pop())
    }

    /// Several matters as they stood at one moment, in the order of their keys; those that do not exist are left out.
    async fn load_many(&self, keys: &[MatterKey]) -> Result<Vec<StoredMatter>>;

    /// How many acts a matter has; 0 when it does not exist.
    async fn version(&self, key: &MatterKey) -> Result<u32>;

    /// The act a paper number (文号) was given to: matter and `seq`.
    async fn numbered(&self, number: &str) -> Result<Option<(MatterKey, u32)>>;

    /// The acts that name an attachment; when there are none, it may be deleted.
    async fn blob_uses(&self, digest: &Hash) -> Result<Vec<(MatterKey, u32)>>;

    /// A page of matters.
    async fn matters(&self, query: &MatterQuery) -> Result<Page<MatterRow>>;

    /// How many matters a query finds, counting at most to `at_most`; its page and order do not matter.
    async fn count_matters(&self, query: &MatterQuery, at_most: u32) -> Result<Count>;

    /// A page of limits.
    async fn limits(&self, query: &LimitQuery) -> Result<Page<LimitHit>>;

    /// A page of findings.
    async fn findings(&self, query: &FindingQuery) -> Result<Page<FindingHit>>;

    /// The read model of one matter.
    async fn rows(&self, key: &MatterKey) -> Result<Option<MatterRows>>;

    /// How many matters are in each stage, by unit and procedure; of every unit when none is named.
    async fn counters(&self, units: &[String]) -> Result<Vec<Counter>>;

    /// The keys of all matters in order, after one, at most `n`: what a rebuild walks through.
    async fn matter_keys(&self, after: Option<&MatterKey>, n: u32) -> Result<Vec<MatterKey>>;

    /// Forgets all read models.
    async fn drop_rows(&self) -> Result<()>;

    /// Writes read models anew. Those of a matter that has had another act since are left alone.
    async fn put_rows(&self, rows: Vec<MatterRows>) -> Result<()>;

    /// A digest of all read models: equal when they are.
    async fn rows_digest(&self) -> Result<Hash>;

    /// Where the log stands.
    async fn log_head(&self) -> Result<LogHead>;

    /// The hashes of a tile of tlog-tiles, `width` of them from 1 to 256; none when the log is not that long.
    async fn tile(&self, level: u8, index: u64, width: u16) -> Result<Option<Vec<u8>>>;

    /// The bytes of at most `n` leaves in order of the log.
    async fn entries(&self, from_leaf: u64, n: u32) -> Result<Vec<Vec<u8>>>;

    /// Which act a leaf is: matter and `seq`.
    async fn leaf(&self, leaf: u64) -> Result<Option<(MatterKey, u32)>>;

    /// Keeps a checkpoint. What is kept first for a size stays; false when one was there already.
    async fn save_checkpoint(&self, checkpoint: &Checkpoint) -> Result<bool>;

    /// The checkpoint of the largest size.
    async fn checkpoint(&self) -> Result<Option<Checkpoint>>;

    /// Keeps what a witness added to a checkpoint; the same witness' later line replaces its earlier one.
    async fn save_cosignature(&self, cosignature: &Cosignature) -> Result<()>;

    /// The cosignatures of a checkpoint, by name of the witness.
    async fn cosignatures(&self, size: u64) -> Result<Vec<Cosignature>>;

    /// A document.
    async fn doc(&self, kind: &str, key: &str) -> Result<Option<Doc>>;

    /// Writes a document and answers its new version.
    ///
    /// # Errors
    /// [`StoreError::DocChanged`] when what is there is not what it was to be written over.
    async fn put_doc(&self, doc: NewDoc) -> Result<u32>;

    /// Documents of a kind in order of their keys, after one, at most `n`.
    async fn docs(&self, kind: &str, of: &DocsOf, after: Option<&str>, n: u32) -> Result<Vec<Doc>>;

    /// Deletes a document; false when there was none.
    ///
    /// # Errors
    /// [`StoreError::DocChanged`] when another version is there than `over` says.
    async fn delete_doc(&self, kind: &str, key: &str, over: Over) -> Result<bool>;

    /// Deletes the documents that expired before `now`, and says how many.
    async fn purge_expired(&self, now: Timestamp) -> Result<u64>;

    /// Writes everything into one file, as it stood at one moment, while others go on writing.
    /// A backup of one back end can be restored into another.
    async fn backup(&self, to: &Path) -> Result<BackupReport>;

    /// Reads a backup into a store that holds nothing yet: all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`], and [`StoreError::Backup`] when the file is not whole.
    async fn restore(&self, from: &Path) -> Result<BackupReport>;

    /// How the store is.
    async fn health(&self) -> Result<Health>;

    /// Finishes what was accepted and closes; later calls fail.
    async fn close(&self);
}

/// What a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupReport {
    /// Leaves of the log.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// Rows of all tables.
    pub n_rows: u64,
}

/// How the store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether acts can be recorded.
    pub writable: bool,
    /// Whether a second machine has what was answered.
    pub replication: Replication,
    /// The version of its tables.
    pub schema: u32,
    /// Leaves of the log.
    pub size: u64,
}

/// Whether what was answered is on a second machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replication {
    /// There is no second machine.
    None,
    /// A second machine follows, and may lack the last acts when the first one is lost.
    Asynchronous,
    /// No act is answered before a second machine has it.
    Synchronous,
}
