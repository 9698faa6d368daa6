//! What names a matter, and what names a command.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::tree::Hash;

/// Names a matter (事项): its unit first, so that a database can be parted by units.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MatterKey {
    /// The unit whose matter it is.
    pub unit: String,
    /// The matter within the unit.
    pub matter: String,
}

impl MatterKey {
    /// The key of a matter of a unit.
    pub fn new(unit: impl Into<String>, matter: impl Into<String>) -> MatterKey {
        MatterKey { unit: unit.into(), matter: matter.into() }
    }
}

impl fmt::Display for MatterKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.unit, self.matter)
    }
}

/// Names a command, so that a repeated click or a retried request records once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// What the client chose, unique within the unit.
    pub text: String,
    /// SM3 over the content of the command: the same key with other content is refused.
    pub content: Hash,
}

impl IdempotencyKey {
    /// The key `text` bound to the bytes of the command as they came.
    pub fn new(text: impl Into<String>, content: &[u8]) -> IdempotencyKey {
        IdempotencyKey { text: text.into(), content: Hash::sm3(content) }
    }
}
