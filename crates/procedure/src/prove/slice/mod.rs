//! A slice of the machine: some bits are kept, the others forgotten (proof by slicing).
//!
//! A clause that mentions a forgotten bit is dropped, an effect that depends on one is chosen freely. Both only add
//! behaviour, so a rule that holds in the slice holds.

mod compile;
mod explore;
mod falls;
mod keep;
mod replay;
mod step;

pub use compile::{Slice, TooWide};
pub use explore::Found;
pub use keep::Keep;
pub use replay::{Replay, Taken};
pub use step::{Clause, Dense, Shape, Step};

use explore::explore;
use replay::replay;

use super::machine::{Goal, Machine};

/// Explores the slice of these bits, with states as narrow as they fit.
pub fn explore_slice(
    machine: &Machine<'_>,
    keep: &Keep,
    goals: &[Goal],
    n_states_max: usize,
) -> (Found, usize) {
    fn run<const W: usize>(machine: &Machine<'_>, keep: &Keep, goals: &[Goal], max: usize) -> (Found, usize) {
        match Slice::<W>::of(machine, keep, goals) {
            Ok(slice) => explore(&slice, max),
            Err(TooWide) => (Found::TooMany, 0),
        }
    }
    match keep.len() {
        0..=64 => run::<1>(machine, keep, goals, n_states_max),
        65..=128 => run::<2>(machine, keep, goals, n_states_max),
        129..=256 => run::<4>(machine, keep, goals, n_states_max),
        _ => run::<16>(machine, keep, goals, n_states_max),
    }
}

/// Replays moves with everything followed that they touch.
pub fn replay_moves(machine: &Machine<'_>, keep: &Keep, moves: &[usize], goal: &Goal) -> Replay {
    match keep.len() {
        0..=96 => replay::<4>(machine, keep, moves, goal),
        97..=600 => replay::<16>(machine, keep, moves, goal),
        _ => replay::<32>(machine, keep, moves, goal),
    }
}
