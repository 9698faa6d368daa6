//! The notary of the log: signs checkpoints, proves, takes the signatures of witnesses, makes bundles.
//!
//! A log that was shown to anyone is never taken back. What was last signed is also kept outside the database, and nothing
//! is signed that does not continue it: a database that was set back, or exchanged for another one, is noticed here.

mod bundle;
mod epoch;
mod keep;
mod proofs;
mod sign;
mod witness;

use std::sync::Arc;

use ledger::checkpoint::{Checkpoint, ForkError, Trust};
use ledger::key::{PublicKey, SigningKey};
use ledger::note::Note;
use store::{Store, StoreError};
use tokio::sync::Mutex;

pub use epoch::{EPOCH_FORMAT, Epoch};
pub use keep::Kept;

use crate::app::App;
use crate::error::Error;

/// The notary of the log. Cheap to clone; every clone is the same one.
#[derive(Clone)]
pub struct Log {
    app: App,
    key: Arc<SigningKey>,
    kept: Arc<dyn Kept>,
    witnesses: Arc<[PublicKey]>,
    desk: Arc<Mutex<Desk>>,
}

/// What the notary knows; one at a time has it.
#[derive(Default)]
struct Desk {
    /// The last signed checkpoint.
    last: Option<Signed>,
    /// Why nothing is signed now.
    refused: Option<String>,
}

/// A checkpoint with the note that carries its signatures.
#[derive(Debug, Clone)]
struct Signed {
    checkpoint: Checkpoint,
    note: Note,
}

/// How the log is (账本状态).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogState {
    /// Leaves that are signed.
    pub signed: u64,
    /// Why nothing is signed any more; Chinese, for whoever runs the server.
    pub refused: Option<String>,
}

/// Why the log does not sign or prove.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The database does not continue what was signed.
    #[error(
        "数据库与此前签署的检查点不符，已停止签署：{0}。请恢复正确的数据库；确须另起的，用 guiju restore --new-epoch 登记"
    )]
    Fork(#[from] ForkError),
    /// The database knows a signed checkpoint, and the place outside it has none.
    #[error(
        "数据库之外留存的检查点不见了（账本已签署 {size} 条），已停止签署。请放回该文件；确实无法找回的，用 guiju restore --new-epoch 登记"
    )]
    KeptMissing {
        /// Leaves that were signed.
        size: u64,
    },
    /// What is kept cannot be read, or is not signed by this log.
    #[error("数据库之外留存的检查点无法使用，已停止签署：{why}")]
    Kept {
        /// What is wrong with it.
        why: String,
    },
    /// Nothing like that is in the log.
    #[error("{0}")]
    NoSuch(String),
    /// A note that is not a checkpoint of this log with the signature of a known witness.
    #[error("不能接受：{0}")]
    Note(String),
    /// The tree does not hang together.
    #[error("账本的树块不全或者有矛盾：{0}")]
    Tiles(String),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<LogError> for Error {
    fn from(error: LogError) -> Error {
        match error {
            LogError::Store(error) => Error::Store(error),
            LogError::NoSuch(what) => Error::NotFound { what },
            LogError::Note(_) => Error::invalid(error),
            other => Error::Log(other),
        }
    }
}

impl Log {
    /// The notary of an application's log. The log bears the name of the key; `kept` is where the last signed checkpoint
    /// is kept outside the database; `witnesses` are the keys whose signatures are taken.
    #[must_use]
    pub fn new(app: App, key: SigningKey, kept: Arc<dyn Kept>, witnesses: Vec<PublicKey>) -> Log {
        Log { app, key: Arc::new(key), kept, witnesses: witnesses.into(), desk: Arc::default() }
    }

    /// The key others verify with.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        self.key.public()
    }

    /// The name of the log.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.key.public().name().as_str()
    }

    /// How the log is, as far as it was looked at.
    pub async fn state(&self) -> LogState {
        let desk = self.desk.lock().await;
        let signed = desk.last.as_ref().map_or(0, |last| last.checkpoint.size);
        LogState { signed, refused: desk.refused.clone() }
    }

    fn store(&self) -> &dyn Store {
        self.app.store()
    }

    fn trust(&self) -> Trust {
        Trust { logs: vec![self.public_key().clone()], witnesses: self.witnesses.to_vec(), quorum: 0 }
    }
}
