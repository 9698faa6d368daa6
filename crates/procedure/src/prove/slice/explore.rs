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
    let mut search = Search {
        slice,
        nodes: Vec::new(),
        seen: FxHashSet::default(),
        named: FxHashSet::default(),
        goal: None,
    };
    let Ok(starts) = slice.starts() else { return (Found::TooMany, 0) };
    for start in starts {
        search.reach(start, u32::MAX, u32::MAX);
    }
    let mut at = 0;
    while at < search.nodes.len() && search.goal.is_none() {
        let state = search.nodes[at].0;
        for (place, step) in slice.steps.iter().enumerate() {
            let names = step.falls.names_any();
            step.successors(&state, &mut |_, next| {
                search.reach(next, at as u32, place as u32);
                if names {
                    search.name(next, at as u32, place as u32);
                }
            });
            if search.goal.is_some() {
                break;
            }
            if search.nodes.len() > n_states_max {
                return (Found::TooMany, search.nodes.len());
            }
        }
        at += 1;
    }
    let n_states = search.nodes.len();
    match search.goal {
        None => (Found::Nothing, n_states),
        Some((at, goal)) => (Found::Way { moves: way(slice, &search.nodes, at), goal }, n_states),
    }
}

struct Search<'s, const W: usize> {
    slice: &'s Slice<W>,
    nodes: Vec<(Bits<W>, u32, u32)>,
    seen: FxHashSet<Bits<W>>,
    /// States a reopening led to, in which everything was named that may be.
    named: FxHashSet<Bits<W>>,
    goal: Option<(usize, usize)>,
}

impl<const W: usize> Search<'_, W> {
    fn reach(&mut self, state: Bits<W>, from: u32, step: u32) {
        if self.goal.is_none() && self.seen.insert(state) {
            self.nodes.push((state, from, step));
            let goal = self.slice.goals.iter().position(|goal| goal.possible(&state).is_some());
            self.goal = goal.map(|goal| (self.nodes.len() - 1, goal));
        }
    }

    /// Lets a reopening name one act after another to fall: all that is one move.
    fn name(&mut self, state: Bits<W>, from: u32, step: u32) {
        let mut waiting = vec![state];
        while let Some(state) = waiting.pop() {
            if self.named.insert(state) {
                let mut found = Vec::new();
                self.slice.steps[step as usize].falls.name_one(&state, &mut |next| found.push(next));
                for next in found {
                    self.reach(next, from, step);
                    waiting.push(next);
                }
            }
        }
    }
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
