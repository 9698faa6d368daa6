//! Documents by key: what is no act (accounts, sessions, tokens, drafts, filters, settings), changed at a known version.

use jiff::Timestamp;
use serde_json::Value as Json;

use crate::error::StoreError;

/// A stored document.
#[derive(Debug, Clone, PartialEq)]
pub struct Doc {
    /// Its kind, such as `session`.
    pub kind: String,
    /// Its key within the kind.
    pub key: String,
    /// Its version, from 1.
    pub version: u32,
    /// What it holds.
    pub json: Json,
    /// What it is listed under.
    pub index: Option<String>,
    /// From when on it may be purged.
    pub expires: Option<Timestamp>,
}

/// A document to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDoc {
    /// Its kind.
    pub kind: String,
    /// Its key within the kind.
    pub key: String,
    /// What it is written over.
    pub over: Over,
    /// What it is to hold.
    pub json: Json,
    /// What it is listed under.
    pub index: Option<String>,
    /// From when on it may be purged.
    pub expires: Option<Timestamp>,
}

/// What a document may be written over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Nothing: it must not be there yet.
    Nothing,
    /// This version and no other.
    Version(u32),
    /// Whatever is there, or nothing.
    Anything,
}

/// Which documents of a kind to list, in order of their keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocsOf {
    /// Those whose key begins with this; empty for all.
    Prefix(String),
    /// Those listed under this.
    Index(String),
}

impl Over {
    /// Whether a document at version `current` (0: not there) is what it may be written over.
    ///
    /// # Errors
    /// [`StoreError::DocChanged`] when it is not.
    pub fn check(self, kind: &str, key: &str, current: u32) -> Result<(), StoreError> {
        let is_right = match self {
            Over::Anything => true,
            Over::Nothing => current == 0,
            Over::Version(version) => current == version,
        };
        if is_right {
            return Ok(());
        }
        Err(StoreError::DocChanged { kind: kind.to_owned(), key: key.to_owned(), current })
    }
}
