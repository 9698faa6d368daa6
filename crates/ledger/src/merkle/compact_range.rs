//! The compact range: what has to be kept of a tree to append to it and to know its root.

use std::marker::PhantomData;

use sm3::Sm3;
use thiserror::Error;

use super::node::NodeId;
use crate::hash::{HASH_BYTES, Hash, TreeHash};

/// The peaks of a tree: at most 64 hashes, from which it grows and its root follows.
///
/// INVARIANT: there are as many peaks as the size has bits set.
pub struct CompactRange<H = Sm3> {
    size: u64,
    peaks: Vec<Hash>,
    hash: PhantomData<H>,
}

/// Stored peaks that do not fit the size.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("账本头与大小不符：大小 {size} 应有 {expected} 个峰值，实有 {given} 个")]
pub struct CompactRangeError {
    /// Leaves of the tree.
    pub size: u64,
    /// Peaks of a tree of that size.
    pub expected: usize,
    /// Peaks given.
    pub given: usize,
}

impl<H: TreeHash> CompactRange<H> {
    /// The empty tree.
    #[must_use]
    pub fn new() -> CompactRange<H> {
        CompactRange { size: 0, peaks: Vec::new(), hash: PhantomData }
    }

    /// The range of a stored tree.
    ///
    /// # Errors
    /// There must be one peak for each bit set in `size`. Whether the peaks are those of the tree is not
    /// known here: compare [`CompactRange::root`].
    pub fn from_peaks(size: u64, peaks: Vec<Hash>) -> Result<CompactRange<H>, CompactRangeError> {
        let (expected, given) = (size.count_ones() as usize, peaks.len());
        if expected != given {
            return Err(CompactRangeError { size, expected, given });
        }
        Ok(CompactRange { size, peaks, hash: PhantomData })
    }

    /// Leaves of the tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The peaks, from the left, the largest first; [`super::peaks`] tells their places.
    #[must_use]
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// The peaks as bytes, 32 each, to be kept beside the size.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.iter().flat_map(|peak| peak.0).collect()
    }

    /// Reads what [`CompactRange::to_bytes`] wrote.
    ///
    /// # Errors
    /// As [`CompactRange::from_peaks`].
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<CompactRange<H>, CompactRangeError> {
        let (hashes, rest) = bytes.as_chunks::<HASH_BYTES>();
        // A rest that is no hash counts as one peak too many.
        let rest = (!rest.is_empty()).then_some(Hash([0; HASH_BYTES]));
        CompactRange::from_peaks(size, hashes.iter().map(|bytes| Hash(*bytes)).chain(rest).collect())
    }

    /// Appends the hash of a leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.push_with(leaf, |_, _| {});
    }

    /// Appends the hash of a leaf and hands over every perfect node this completes: the leaf, then its
    /// ancestors upwards. A store that keeps single nodes writes what it is handed.
    pub fn push_with(&mut self, leaf: Hash, mut complete: impl FnMut(NodeId, &Hash)) {
        let mut hash = leaf;
        let mut id = NodeId { level: 0, index: self.size };
        complete(id, &hash);
        for _ in 0..self.size.trailing_ones() {
            let left = self.peaks.pop().expect("there is a peak for each bit set in the size");
            hash = H::node(&left, &hash);
            id = NodeId { level: id.level + 1, index: id.index >> 1 };
            complete(id, &hash);
        }
        self.peaks.push(hash);
        self.size += 1;
        debug_assert_eq!(self.peaks.len(), self.size.count_ones() as usize);
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        fold::<H>(&self.peaks).unwrap_or_else(H::empty)
    }
}

/// Hashes adjacent nodes together, from the right.
pub(crate) fn fold<H: TreeHash>(nodes: &[Hash]) -> Option<Hash> {
    let (last, left) = nodes.split_last()?;
    Some(left.iter().rev().fold(*last, |right, left| H::node(left, &right)))
}

impl<H: TreeHash> Default for CompactRange<H> {
    fn default() -> Self {
        CompactRange::new()
    }
}

impl<H> Clone for CompactRange<H> {
    fn clone(&self) -> Self {
        CompactRange { size: self.size, peaks: self.peaks.clone(), hash: PhantomData }
    }
}

impl<H> std::fmt::Debug for CompactRange<H> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("CompactRange").field("size", &self.size).field("peaks", &self.peaks).finish()
    }
}
