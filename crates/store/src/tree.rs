//! The tree of the log: leaf hashes, and the range that grows it.

use std::fmt;

use sm3::{Digest as _, Sm3};

/// A hash of 32 bytes. It prints as lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// SM3 over the bytes as they are: the address of a file.
    #[must_use]
    pub fn sm3(bytes: &[u8]) -> Hash {
        Hash(Sm3::digest(bytes).into())
    }

    /// The bytes as a hash, if there are 32 of them.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Hash> {
        Some(Hash(bytes.try_into().ok()?))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// A perfect node: it covers the `2^level` leaves from `index · 2^level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeId {
    /// 0 for a leaf.
    pub level: u8,
    /// The place within the level.
    pub index: u64,
}

/// What has to be kept of the tree to append to it and to know its root.
///
/// INVARIANT: there are as many peaks as the size has bits set.
#[derive(Debug, Clone, Default)]
pub struct CompactRange {
    size: u64,
    peaks: Vec<Hash>,
}

impl CompactRange {
    /// Reads what [`CompactRange::to_bytes`] wrote.
    #[must_use]
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<CompactRange> {
        let peaks: Vec<Hash> = bytes.chunks(32).map(Hash::from_slice).collect::<Option<_>>()?;
        (peaks.len() == size.count_ones() as usize).then_some(CompactRange { size, peaks })
    }

    /// The peaks as bytes, 32 each.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.iter().flat_map(|peak| peak.0).collect()
    }

    /// Leaves of the tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let Some((last, left)) = self.peaks.split_last() else { return Hash::sm3(b"") };
        left.iter().rev().fold(*last, |right, left| node(left, &right))
    }

    /// Appends a leaf and hands over every perfect node this completes.
    pub fn push_with(&mut self, leaf: Hash, mut complete: impl FnMut(NodeId, &Hash)) {
        let mut hash = leaf;
        let mut id = NodeId { level: 0, index: self.size };
        complete(id, &hash);
        for _ in 0..self.size.trailing_ones() {
            let left = self.peaks.pop().expect("there is a peak for each bit set in the size");
            hash = node(&left, &hash);
            id = NodeId { level: id.level + 1, index: id.index >> 1 };
            complete(id, &hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }
}

/// The hash of a leaf.
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Hash(Sm3::new().chain_update([0]).chain_update(bytes).finalize().into())
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Hash(Sm3::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}
