//! Documents by key: what is no act (accounts, sessions, tokens, drafts, filters, settings), changed at a known version.

use jiff::Timestamp;
use serde_json::Value as Json;

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
