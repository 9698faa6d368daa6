//! What the store gives back: acts as they were written.

use serde_json::Value as Json;

use crate::append::Opening;
use crate::key::MatterKey;
use crate::tree::Hash;

/// A matter with all its acts.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMatter {
    /// The matter.
    pub key: MatterKey,
    /// Its acts in order of `seq`, from 1 without a gap.
    pub acts: Vec<StoredAct>,
}

/// An act as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredAct {
    /// Its number in the matter.
    pub seq: u32,
    /// Its place in the log.
    pub leaf: u64,
    /// Its leaf hash.
    pub hash: Hash,
    /// The stored bytes, never written again: a record line.
    pub bytes: Vec<u8>,
    /// What opens its commitments, by path; what was erased is not among them.
    pub openings: Vec<Opening>,
    /// Paths whose opening was erased, with the act of the matter that erased it.
    pub erased: Vec<(String, u32)>,
}

impl StoredMatter {
    /// How many acts it has.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.acts.last().map_or(0, |act| act.seq)
    }
}

impl StoredAct {
    /// The record line; nothing when the bytes are no JSON, which only a damaged database holds.
    #[must_use]
    pub fn line(&self) -> Option<serde_json::Map<String, Json>> {
        serde_json::from_slice(&self.bytes).ok()
    }
}
