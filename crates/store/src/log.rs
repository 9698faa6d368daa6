//! What the log is read by: its head, tiles, entries, checkpoints and cosignatures.

use jiff::Timestamp;

use crate::tree::Hash;

/// Where the log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    /// How many leaves it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When the last act was recorded, as its line says; a clock behind it was set back.
    pub recorded: Option<Timestamp>,
}

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The size it signs.
    pub size: u64,
    /// The signed note.
    pub note: Vec<u8>,
}

/// What a witness added to a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// The size of the checkpoint.
    pub size: u64,
    /// The name of the witness' key.
    pub witness: String,
    /// The signature line.
    pub line: Vec<u8>,
}
