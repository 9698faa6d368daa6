//! The store: what it promises, how a group of appends is decided, and one conformance suite for every back end.
//!
//! Everything that decides is in [`plan()`](plan::plan), which takes values and gives values; a back end only reads and writes.
//! A back end takes waiting appends together ([`group`]), locks the head of the log, reads [`plan::Facts`], calls the plan,
//! writes it, commits, and answers.
//! Nothing here knows procedures, HTTP or the lawbook.

pub mod append;
pub mod backup;
pub mod blobs;
pub mod canonical;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod contract;
pub mod doc;
pub mod error;
pub mod fault;
pub mod group;
pub mod key;
pub mod log;
pub mod plan;
pub mod query;
pub mod rows;
pub mod sql;
pub mod stored;
pub mod tree;

pub use append::{ACT_BYTES_MAX, Append, Appended, Erase, NewAct, Opening, SeenMatter, Series};
pub use contract::{BackupReport, Health, Replication, Result, Store};
pub use doc::{Doc, DocsOf, NewDoc, Over};
pub use error::{AppendError, StoreError};
pub use key::{IdempotencyKey, MatterKey};
pub use log::{Checkpoint, Cosignature, LogHead};
pub use query::{
    Count, Cursor, FindingQuery, LimitQuery, MatterQuery, MatterSort, Openness, PAGE_MAX, Page, Part, Scope,
    Span, Whose,
};
pub use rows::{
    Binds, Counter, FindingHit, FindingRow, FindingState, LimitHit, LimitRow, LimitState, MatterRow,
    MatterRows, PartyName, Severities, Severity,
};
pub use stored::{StoredAct, StoredMatter};
pub use tree::Hash;
