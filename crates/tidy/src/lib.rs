//! Reads the tree, `ARCHITECTURE.md` and the coverage tables, so that the tests of this crate can hold them together.
//!
//! Nothing else depends on this crate.

pub mod code_map;
pub mod coverage;
pub mod markdown;
pub mod source;
pub mod tree;

/// Fails with every problem at once, or not at all.
#[track_caller]
pub fn none(problems: &[String]) {
    assert!(problems.is_empty(), "{} problem(s):\n{}", problems.len(), problems.join("\n"));
}
