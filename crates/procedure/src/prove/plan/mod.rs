//! Finds a way to something that shall happen: an act that can be reached, an end the agency can bring about.
//!
//! One way is enough, so the search is greedy, led by a plan that ignores everything a move takes away. For a way from
//! everywhere the states are taken apart until each part has one.

mod parts;
mod relaxed;
mod search;
mod ternary;

pub use parts::{Begun, Outcome, Parts, Stage};
pub use search::{Arena, Planned};
