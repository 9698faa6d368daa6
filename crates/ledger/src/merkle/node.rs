//! Places in the tree: perfect nodes, and subtrees that need not be perfect.

use std::ops::Range;

/// A perfect node: it covers the `2^level` leaves from `index · 2^level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// 0 for a leaf.
    pub level: u8,
    /// The place within the level, from the left, from 0.
    pub index: u64,
}

/// A subtree: leaves `start..end` such that the tree hashes them together in some version of itself.
///
/// INVARIANT: `start < end`, and `start` is a multiple of the power of two at or above `end - start`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subtree {
    start: u64,
    end: u64,
}

impl Subtree {
    /// The subtree of these leaves, if the tree ever hashes them together.
    #[must_use]
    pub fn new(leaves: Range<u64>) -> Option<Subtree> {
        let Range { start, end } = leaves;
        let n_leaves = end.checked_sub(start).filter(|n_leaves| *n_leaves > 0)?;
        let is_aligned = match n_leaves.checked_next_power_of_two() {
            Some(width) => start % width == 0,
            None => start == 0,
        };
        is_aligned.then_some(Subtree { start, end })
    }

    /// The whole tree of that many leaves; the empty tree is no subtree.
    #[must_use]
    pub fn whole(size: u64) -> Option<Subtree> {
        Subtree::new(0..size)
    }

    /// One leaf.
    #[must_use]
    pub fn leaf(index: u64) -> Option<Subtree> {
        Subtree::new(index..index.checked_add(1)?)
    }

    /// The leaves it covers.
    #[must_use]
    pub fn leaves(&self) -> Range<u64> {
        self.start..self.end
    }

    /// Its two halves: the left one is perfect and as large as can be. A leaf has none.
    pub(super) fn halves(&self) -> Option<(Subtree, Subtree)> {
        let n_leaves = self.end - self.start;
        if n_leaves == 1 {
            return None;
        }
        let middle = self.start + (1 << (n_leaves - 1).ilog2());
        Some((Subtree { start: self.start, end: middle }, Subtree { start: middle, end: self.end }))
    }

    /// Whether all leaves of the other are among those of this one.
    pub(super) fn holds(&self, other: &Subtree) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The perfect nodes it consists of, from the left, the largest first. Its hash is their hashes folded
    /// from the right.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeId> {
        let mut start = self.start;
        let mut nodes = Vec::new();
        while start < self.end {
            let level = (self.end - start).ilog2();
            nodes.push(NodeId { level: level as u8, index: start >> level });
            start += 1 << level;
        }
        nodes
    }
}

/// The peaks of a tree: the perfect nodes it consists of, from the left, the largest first.
#[must_use]
pub fn peaks(size: u64) -> Vec<NodeId> {
    Subtree::whole(size).map_or_else(Vec::new, |tree| tree.nodes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subtree_starts_where_the_tree_would_split() {
        for (start, end) in [(0, 1), (5, 6), (4, 7), (8, 13), (0, u64::MAX), (1 << 63, u64::MAX)] {
            assert!(Subtree::new(start..end).is_some(), "{start}..{end}");
        }
        for (start, end) in [(0, 0), (2, 1), (1, 3), (2, 5), (1, 15), (1, (1 << 63) + 2)] {
            assert_eq!(Subtree::new(start..end), None, "{start}..{end}");
        }
        assert_eq!(Subtree::leaf(u64::MAX), None);
    }

    #[test]
    fn peaks_are_the_bits_of_the_size() {
        assert_eq!(peaks(0), []);
        assert_eq!(
            peaks(13),
            [NodeId { level: 3, index: 0 }, NodeId { level: 2, index: 2 }, NodeId { level: 0, index: 12 }]
        );
        assert_eq!(peaks(u64::MAX).len(), 64);
    }
}
