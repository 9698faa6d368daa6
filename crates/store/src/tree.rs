//! The tree of the log, as the ledger hashes it.

use ledger::TreeHash as _;

pub use ledger::Hash;
pub use ledger::merkle::NodeId;

/// What is kept of the tree to append to it and to know its root.
pub type CompactRange = ledger::merkle::CompactRange<sm3::Sm3>;

/// The hash of a leaf.
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    sm3::Sm3::leaf(bytes)
}
