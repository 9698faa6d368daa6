//! Finds a way to something that shall happen: an act that can be reached, an end the agency can bring about.
//!
//! No proof by exhaustion is needed for that, one way is enough; so the search is greedy, led by a plan that ignores
//! everything a move takes away.

mod relaxed;
mod search;
mod ternary;

pub use search::{Arena, Planned, Way};
pub use ternary::{Partial, works};
