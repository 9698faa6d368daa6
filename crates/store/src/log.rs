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

/// The nodes of a tile: from the first, and up to but without the last; none when there is no such tile.
#[must_use]
pub fn tile_range(index: u64, width: u16) -> Option<(i64, i64)> {
    let from =
        index.checked_mul(u64::from(ledger::tiles::TILE_WIDTH)).and_then(|from| i64::try_from(from).ok())?;
    let to = from.checked_add(i64::from(width))?;
    (1..=ledger::tiles::TILE_WIDTH).contains(&width).then_some((from, to))
}
