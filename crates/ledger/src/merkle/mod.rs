//! The Merkle tree of RFC 6962: nodes, subtrees, the compact range that grows it, proofs and their verification.
//!
//! Every proof is one path between two subtrees ([`proof`]): an inclusion proof leads from one leaf to the
//! whole tree, a consistency proof from an older tree to a newer one. So there is one descent, which the
//! prover walks to know which hashes to collect, and the verifier to know what to expect.

mod compact_range;
mod node;
mod proof;

pub use compact_range::{CompactRange, CompactRangeError};
pub use node::{NodeId, Subtree, peaks};
pub use proof::{
    Plan, PlanError, ProofError, consistency_plan, inclusion_plan, root_plan, subtree_plan,
    verify_consistency, verify_inclusion, verify_subtree,
};
