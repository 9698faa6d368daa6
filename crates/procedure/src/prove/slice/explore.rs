//! Breadth-first search of a slice for the shortest way to a goal.

use rustc_hash::FxHashSet;

use crate::prove::bits::Bits;

use super::compile::Slice;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The goal cannot be reached.
    Nothing,
    /// A shortest way: the moves, and the goal at its end.
    Way {
        /// The moves of the machine, in order.
        moves: Vec<usize>,
        /// The place of the goal.
        goal: usize,
    },
    /// There are more states than allowed.
    TooMany,
}

/// Searches for a goal through at most so many states. Returns the number of states seen, too.
pub fn explore<const W: usize>(slice: &Slice<W>, n_states_max: usize) -> (Found, usize) {
    let mut nodes: Vec<(Bits<W>, u32, u32)> = Vec::new();
    let mut seen: FxHashSet<Bits<W>> = FxHashSet::default();
    let goal_at = |state: &Bits<W>| slice.goals.iter().position(|goal| goal.possible(state).is_some());
    for start in &slice.starts {
        seen.insert(*start);
        nodes.push((*start, u32::MAX, u32::MAX));
        if let Some(goal) = goal_at(start) {
            return (Found::Way { moves: Vec::new(), goal }, nodes.len());
        }
    }
    let mut at = 0;
    while at < nodes.len() {
        let state = nodes[at].0;
        for (place, step) in slice.steps.iter().enumerate() {
            let mut reached = None;
            step.successors(&state, &mut |_, next| {
                if reached.is_none() && seen.insert(next) {
                    nodes.push((next, at as u32, place as u32));
                    reached = goal_at(&next);
                }
            });
            if let Some(goal) = reached {
                return (Found::Way { moves: way(slice, &nodes, nodes.len() - 1), goal }, nodes.len());
            }
            if nodes.len() > n_states_max || step.overflowed() {
                return (Found::TooMany, nodes.len());
            }
        }
        at += 1;
    }
    (Found::Nothing, nodes.len())
}

fn way<const W: usize>(slice: &Slice<W>, nodes: &[(Bits<W>, u32, u32)], mut at: usize) -> Vec<usize> {
    let mut moves = Vec::new();
    while nodes[at].1 != u32::MAX {
        moves.push(slice.steps[nodes[at].2 as usize].at);
        at = nodes[at].1 as usize;
    }
    moves.reverse();
    moves
}
