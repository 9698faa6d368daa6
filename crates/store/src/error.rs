//! What can stand in the way of the store. Messages are Chinese: they reach the officer.

use crate::key::MatterKey;
use crate::stored::StoredAct;

/// The source of a fault, for the log of the program.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why acts were not recorded.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Someone else recorded in this matter in between.
    #[error("事项已有新的记录：您看到 {seen} 个环节，现在有 {current} 个，请查看他人新记录的 {} 个环节后再试", .since.len())]
    Conflict {
        /// How many acts the caller saw.
        seen: u32,
        /// How many there are.
        current: u32,
        /// What the others recorded.
        since: Vec<StoredAct>,
    },
    /// What the decision rests on changed in between.
    #[error(
        "所依据的事项 `{key}` 已有变化：作出决定时有 {seen} 个环节，现在有 {current} 个，请重新核对后再试"
    )]
    SeenChanged {
        /// The matter that was looked up.
        key: MatterKey,
        /// How many acts it had then.
        seen: u32,
        /// How many it has.
        current: u32,
    },
    /// The key named another command before.
    #[error("请求编号 `{key}` 已用于另一个请求，请重新提交")]
    KeyReused {
        /// The key.
        key: String,
    },
    /// A matter that is to begin is there already.
    #[error("事项 `{key}` 已经存在，有 {current} 个环节")]
    Exists {
        /// The matter.
        key: MatterKey,
        /// How many acts it has.
        current: u32,
    },
    /// What was given cannot be stored, whatever the store holds.
    #[error("记录不能保存：{why}")]
    Invalid {
        /// What is wrong with it.
        why: String,
    },
    /// The store itself could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room on the disk; nothing was recorded.
    #[error("磁盘空间已满，没有保存。请清理磁盘或扩容后再试")]
    Full(#[source] Source),
    /// The database cannot be written; nothing was recorded.
    #[error("数据库为只读，没有保存。请检查文件权限，或等待主库恢复后再试")]
    ReadOnly(#[source] Source),
    /// The connection was lost and nobody knows whether it was recorded.
    #[error("与数据库的连接中断，不能确定是否已经保存。请用同一请求重新提交，不会重复记录")]
    Lost(#[source] Source),
    /// The database cannot be reached; nothing was recorded.
    #[error("数据库连接不上，没有保存。请稍后再试")]
    Unreachable(#[source] Source),
    /// The database was written by a newer program.
    #[error("数据库的格式版本是 {found}，本程序只认识到 {known}。请使用更新的程序")]
    Newer {
        /// The version of the database.
        found: u32,
        /// The latest this program knows.
        known: u32,
    },
    /// A place to go on from that this query did not give.
    #[error("翻页位置 `{given}` 不对，请从第一页开始")]
    Cursor {
        /// What was given.
        given: String,
    },
    /// Somebody else wrote the document in between.
    #[error("`{kind}` 的 `{key}` 已被他人修改（现为第 {current} 版），请刷新后再试")]
    DocChanged {
        /// The kind of document.
        kind: String,
        /// Its key.
        key: String,
        /// Its version; 0 when it is not there.
        current: u32,
    },
    /// Where a backup is to be restored is something already.
    #[error("数据库中已有数据，备份只能恢复到空的数据库")]
    NotEmpty,
    /// A file that is no whole backup.
    #[error("备份文件不完整或已损坏：{why}")]
    Backup {
        /// What is wrong with it.
        why: String,
    },
    /// What is stored contradicts itself.
    #[error("数据库内容有矛盾：{why}。请停止写入并联系维护人员")]
    Damaged {
        /// What does not fit.
        why: String,
    },
    /// Anything else; the source is for the log.
    #[error("数据库出错，没有保存")]
    Other(#[source] Source),
}

impl StoreError {
    /// The same error once more, for everyone whose append was in the transaction that failed.
    #[must_use]
    pub fn repeat(&self) -> StoreError {
        let again = |source: &Source| Source::from(source.to_string());
        match self {
            StoreError::Full(source) => StoreError::Full(again(source)),
            StoreError::ReadOnly(source) => StoreError::ReadOnly(again(source)),
            StoreError::Lost(source) => StoreError::Lost(again(source)),
            StoreError::Unreachable(source) => StoreError::Unreachable(again(source)),
            StoreError::Newer { found, known } => StoreError::Newer { found: *found, known: *known },
            StoreError::Damaged { why } => StoreError::Damaged { why: why.clone() },
            StoreError::Other(source) => StoreError::Other(again(source)),
            StoreError::Cursor { .. }
            | StoreError::DocChanged { .. }
            | StoreError::NotEmpty
            | StoreError::Backup { .. } => StoreError::Other(self.to_string().into()),
        }
    }
}
