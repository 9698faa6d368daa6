//! Proofs: which hashes they consist of, and whether they hold.
//!
//! A proof leads from an inner subtree to an outer one that holds it. Going down from the outer to the
//! inner, each step leaves one half behind: on the right, on the left outside the inner subtree, or on the
//! left as a part of it (an older tree is no node of a newer one, it ends in the middle of one). The proof
//! holds what was left behind, from the bottom up; if the descent ended in a mere part of the inner subtree,
//! that part's hash stands before them.
//!
//! A proof of hostile origin is only counted and hashed: nothing here can fail in another way than by an
//! error, and no more than 64 hashes are ever computed for one side.

use std::ops::Range;

use thiserror::Error;

use super::compact_range::fold;
use super::node::{NodeId, Subtree};
use crate::hash::{Hash, TreeHash};

/// Why a proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The places are none that a proof could connect.
    #[error("证明的位置不成立：{inner} 不在 {outer} 之内，或不是一棵子树")]
    Places {
        /// What should be inside, as leaves.
        inner: String,
        /// What should hold it, as leaves.
        outer: String,
    },
    /// A tree without leaves is consistent with every tree, so there is nothing to prove.
    #[error("空的账本没有可以核对的一致性证明")]
    EmptyTree,
    /// Too many or too few hashes.
    #[error("证明应有 {expected} 个散列值，实有 {given} 个")]
    Length {
        /// Hashes of a proof between these places.
        expected: usize,
        /// Hashes given.
        given: usize,
    },
    /// The inner hash does not follow from the proof.
    #[error("由证明得不出较早的树根")]
    InnerHash,
    /// The outer hash does not follow from the proof.
    #[error("由证明得不出检查点的树根")]
    OuterHash,
}

/// What is asked of a tree cannot be proved: the place is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("账本有 {size} 条记录，无法为 {wanted} 出具证明")]
pub struct PlanError {
    /// Leaves of the tree.
    pub size: u64,
    /// What was asked for.
    pub wanted: String,
}

/// What was left behind at a step down.
enum Step {
    /// The right half.
    Right(Subtree),
    /// The left half, before the inner subtree.
    LeftOutside(Subtree),
    /// The left half, a part of the inner subtree.
    LeftInside(Subtree),
}

/// The way down from an outer subtree to the inner one, or to the last part of it.
struct Descent {
    steps: Vec<Step>,
    last: Subtree,
    ends_at_inner: bool,
}

fn descend(inner: Subtree, outer: Subtree) -> Option<Descent> {
    if !outer.holds(&inner) {
        return None;
    }
    let mut last = outer;
    let mut steps = Vec::new();
    // Done when what is left is a part of the inner subtree; then it is the last part of it.
    while !inner.holds(&last) {
        let (left, right) = last.halves()?;
        if inner.leaves().end <= left.leaves().end {
            steps.push(Step::Right(right));
            last = left;
        } else {
            let is_part = inner.holds(&left);
            steps.push(if is_part { Step::LeftInside(left) } else { Step::LeftOutside(left) });
            last = right;
        }
    }
    Some(Descent { steps, last, ends_at_inner: last == inner })
}

/// Checks that the leaves `inner` are a subtree of the subtree of the leaves `outer`, given the hashes of both.
///
/// This is what [`verify_inclusion`] and [`verify_consistency`] are cases of. A subtree without leaves is part
/// of every one that reaches as far; its hash is that of the empty tree.
///
/// # Errors
/// The first thing that does not hold.
pub fn verify_subtree<H: TreeHash>(
    inner: Range<u64>,
    inner_hash: &Hash,
    outer: Range<u64>,
    outer_hash: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if inner.start == inner.end && outer.start <= inner.start && inner.end <= outer.end {
        return verify_nothing::<H>(inner_hash, proof);
    }
    let subtrees = Subtree::new(inner.clone()).zip(Subtree::new(outer.clone()));
    let descent = subtrees.and_then(|(inner, outer)| descend(inner, outer));
    let descent = descent.ok_or_else(|| ProofError::places(&inner, &outer))?;
    let expected = descent.steps.len() + usize::from(!descent.ends_at_inner);
    if proof.len() != expected {
        return Err(ProofError::Length { expected, given: proof.len() });
    }
    let (seed, path) = match proof.split_first() {
        Some((first, rest)) if !descent.ends_at_inner => (first, rest),
        _ => (inner_hash, proof),
    };
    let (mut older, mut newer) = (*seed, *seed);
    for (step, beside) in descent.steps.iter().rev().zip(path) {
        match step {
            Step::Right(_) => newer = H::node(&newer, beside),
            Step::LeftOutside(_) => newer = H::node(beside, &newer),
            Step::LeftInside(_) => {
                older = H::node(beside, &older);
                newer = H::node(beside, &newer);
            }
        }
    }
    if older != *inner_hash {
        return Err(ProofError::InnerHash);
    }
    if newer != *outer_hash {
        return Err(ProofError::OuterHash);
    }
    Ok(())
}

/// A proof about no leaves is empty, and says no more than the hash of nothing.
fn verify_nothing<H: TreeHash>(hash: &Hash, proof: &[Hash]) -> Result<(), ProofError> {
    match proof.len() {
        0 if *hash == H::empty() => Ok(()),
        0 => Err(ProofError::InnerHash),
        given => Err(ProofError::Length { expected: 0, given }),
    }
}

/// Checks that the leaf with this hash stands at `index` in the tree of `size` leaves with this root.
///
/// # Errors
/// The first thing that does not hold.
pub fn verify_inclusion<H: TreeHash>(
    leaf: &Hash,
    index: u64,
    size: u64,
    root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    match index.checked_add(1) {
        Some(end) => verify_subtree::<H>(index..end, leaf, 0..size, root, proof),
        None => Err(ProofError::places(&(index..index), &(0..size))),
    }
}

/// Checks that the tree of `size` leaves grew out of the tree of `old_size` leaves by appending alone.
///
/// # Errors
/// The first thing that does not hold. There is no proof from the empty tree: it has nothing that could have
/// been changed.
pub fn verify_consistency<H: TreeHash>(
    old_size: u64,
    old_root: &Hash,
    size: u64,
    root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    match old_size {
        0 => Err(ProofError::EmptyTree),
        _ => verify_subtree::<H>(0..old_size, old_root, 0..size, root, proof),
    }
}

impl ProofError {
    fn places(inner: &Range<u64>, outer: &Range<u64>) -> ProofError {
        let shown = |leaves: &Range<u64>| format!("{}..{}", leaves.start, leaves.end);
        ProofError::Places { inner: shown(inner), outer: shown(outer) }
    }
}

/// The hashes a proof consists of, before anybody has looked them up.
///
/// A store reads [`Plan::nodes`] (or, with `tiles::Tiles`, the tiles they lie in) in one question, however it
/// likes, and then calls [`Plan::proof`]; so the same code serves a blocking store and one that is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    parts: Vec<Subtree>,
}

impl Plan {
    /// Every perfect node that is needed, in order, without repetition.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeId> {
        self.parts.iter().flat_map(Subtree::nodes).collect()
    }

    /// The proof, given a way to look up a node.
    ///
    /// # Errors
    /// The first error of the look-up.
    pub fn proof<H: TreeHash, E>(
        &self,
        mut node: impl FnMut(NodeId) -> Result<Hash, E>,
    ) -> Result<Vec<Hash>, E> {
        let mut part = |part: &Subtree| {
            let hashes = part.nodes().into_iter().map(&mut node).collect::<Result<Vec<Hash>, E>>()?;
            Ok(fold::<H>(&hashes).unwrap_or_else(H::empty))
        };
        self.parts.iter().map(&mut part).collect()
    }
}

/// The proof that the leaf at `index` is in the tree of `size` leaves.
///
/// # Errors
/// There is no such leaf in that tree.
pub fn inclusion_plan(index: u64, size: u64) -> Result<Plan, PlanError> {
    let plan =
        Subtree::leaf(index).zip(Subtree::whole(size)).and_then(|(leaf, tree)| subtree_plan(leaf, tree));
    plan.ok_or_else(|| PlanError { size, wanted: format!("第 {index} 条记录") })
}

/// The proof that the tree of `size` leaves grew out of that of `old_size` leaves.
///
/// # Errors
/// The older tree is empty or larger than the newer one.
pub fn consistency_plan(old_size: u64, size: u64) -> Result<Plan, PlanError> {
    let plan =
        Subtree::whole(old_size).zip(Subtree::whole(size)).and_then(|(old, new)| subtree_plan(old, new));
    plan.ok_or_else(|| PlanError { size, wanted: format!("大小为 {old_size} 的账本") })
}

/// The root the tree of `size` leaves had when it had `old_size`: one hash, the hash of a subtree.
///
/// # Errors
/// The older tree is empty or larger than the newer one.
pub fn root_plan(old_size: u64, size: u64) -> Result<Plan, PlanError> {
    let old = Subtree::whole(old_size).filter(|_| old_size <= size);
    let no_such = || PlanError { size, wanted: format!("大小为 {old_size} 的账本") };
    Ok(Plan { parts: vec![old.ok_or_else(no_such)?] })
}

/// The proof that the inner subtree is a part of the outer one; none if it is not.
#[must_use]
pub fn subtree_plan(inner: Subtree, outer: Subtree) -> Option<Plan> {
    let descent = descend(inner, outer)?;
    let first = (!descent.ends_at_inner).then_some(descent.last);
    let beside = descent.steps.iter().rev().map(|step| match step {
        Step::Right(part) | Step::LeftOutside(part) | Step::LeftInside(part) => *part,
    });
    Some(Plan { parts: first.into_iter().chain(beside).collect() })
}
