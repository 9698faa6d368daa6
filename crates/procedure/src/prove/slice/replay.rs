//! Whether the moves of a slice's shortest way can really be made: the same moves, with everything followed they touch.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::prove::bits::Bits;
use crate::prove::machine::{Goal, Machine, Var};

use super::compile::Slice;
use super::keep::Keep;
use super::step::Step;

/// A move as it was really made.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The move.
    pub at: usize,
    /// Which of the followed bits hold after it; before it, for the goal.
    pub state: FxHashMap<Var, bool>,
}

/// How a replay came out.
#[derive(Debug, Clone)]
pub enum Replay {
    /// The moves can be made.
    Real(Vec<Taken>),
    /// They cannot, or not within the effort allowed: groups of bits that may tell why, the likeliest first.
    Doubtful(Vec<Vec<Var>>),
}

/// States tried before a replay gives up.
const N_TRIED_MAX: usize = 20_000;

/// Replays moves and the goal at their end.
pub fn replay<const W: usize>(machine: &Machine<'_>, keep: &Keep, moves: &[usize], goal: &Goal) -> Replay {
    let Some((wide, slice)) = widened::<W>(machine, keep, moves, goal) else {
        return Replay::Doubtful(Vec::new());
    };
    let place: FxHashMap<usize, usize> =
        slice.steps.iter().enumerate().map(|(place, step)| (step.at, place)).collect();
    let steps: Vec<&Step<W>> = moves.iter().map(|at| &slice.steps[place[at]]).collect();
    let mut run = Run {
        slice: &slice,
        steps,
        tried: FxHashSet::default(),
        deepest: 0,
        unmet: FxHashMap::default(),
        dead: Vec::new(),
    };
    for start in slice.starts().unwrap_or_default() {
        let mut way = vec![start];
        if run.search(0, &mut way) {
            return Replay::Real(taken(&slice, moves, goal, &way));
        }
    }
    let mut groups = run.groups(machine, keep, moves, goal);
    if groups.is_empty() {
        groups = run.chains(keep);
    }
    if groups.is_empty() {
        groups.extend(doubts::<W>(machine, keep, moves).into_iter().map(|var| vec![var]));
    }
    if groups.is_empty() {
        groups.push(wide.vars().filter(|var| !keep.has(*var)).collect());
    }
    groups.retain(|group| !group.is_empty());
    Replay::Doubtful(groups)
}

/// Forgotten bits on which the effects of the moves depend.
fn doubts<const W: usize>(machine: &Machine<'_>, keep: &Keep, moves: &[usize]) -> BTreeSet<Var> {
    match Slice::<W>::with_moves(machine, keep, &[], moves) {
        Ok(slice) => slice
            .steps
            .iter()
            .flat_map(|step| step.doubts.iter().chain(&step.falls.doubts))
            .copied()
            .collect(),
        Err(_) => BTreeSet::new(),
    }
}

/// The slice of the moves with every bit followed that their gates and effects mention.
fn widened<const W: usize>(
    machine: &Machine<'_>,
    keep: &Keep,
    moves: &[usize],
    goal: &Goal,
) -> Option<(Keep, Slice<W>)> {
    let mut distinct = moves.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let mut wide = keep.clone();
    let gates = distinct.iter().chain([&goal.at]).flat_map(|at| &machine.moves[*at].gates).chain(&goal.gates);
    let vars: Vec<Var> = gates.flat_map(|gate| gate.clause.iter().map(|lit| lit.var)).collect();
    vars.into_iter().for_each(|var| wide.add(machine, var));
    loop {
        let slice = Slice::<W>::with_moves(machine, &wide, std::slice::from_ref(goal), &distinct).ok()?;
        let n_kept = wide.len();
        for step in &slice.steps {
            step.doubts.iter().chain(&step.falls.doubts).for_each(|var| wide.add(machine, *var));
        }
        if wide.len() == n_kept {
            return Some((wide, slice));
        }
    }
}

struct Run<'s, const W: usize> {
    slice: &'s Slice<W>,
    steps: Vec<&'s Step<W>>,
    tried: FxHashSet<(usize, Bits<W>)>,
    deepest: usize,
    /// At the deepest place reached: gates not met, and how often.
    unmet: FxHashMap<u32, usize>,
    /// Some ways that ended there, and the gates they did not meet.
    dead: Vec<(Vec<Bits<W>>, Vec<u32>)>,
}

/// Ways remembered that ended where the replay came furthest.
const N_DEAD: usize = 4;

impl<const W: usize> Run<'_, W> {
    fn search(&mut self, depth: usize, way: &mut Vec<Bits<W>>) -> bool {
        let state = way[depth];
        if depth > self.deepest {
            self.deepest = depth;
            self.unmet.clear();
            self.dead.clear();
        }
        let Some(step) = self.steps.get(depth).copied() else {
            let goal = &self.slice.goals[0];
            if goal.possible(&state).is_some() {
                return true;
            }
            self.note(goal, way);
            return false;
        };
        let mut next = Vec::new();
        step.successors(&state, &mut |_, to| {
            next.push(to);
            if step.falls.names_any() {
                step.falls.name_many(to, &mut |to| next.push(to));
            }
        });
        if next.is_empty() {
            self.note(step, way);
        }
        for to in next {
            if self.tried.len() < N_TRIED_MAX && self.tried.insert((depth, to)) {
                way.push(to);
                if self.search(depth + 1, way) {
                    return true;
                }
                way.pop();
            }
        }
        false
    }

    fn note(&mut self, step: &Step<W>, way: &[Bits<W>]) {
        if way.len() != self.deepest + 1 {
            return;
        }
        let mut gates = Vec::new();
        step.unmet(&way[self.deepest], &mut |gate| gates.push(gate));
        for gate in &gates {
            *self.unmet.entry(*gate).or_default() += 1;
        }
        if self.dead.len() < N_DEAD {
            self.dead.push((way.to_vec(), gates));
        }
    }

    /// Where a bit is kept that a gate lacks, it was lost in reality but not in the slice: the reliance that lost it.
    fn chains(&self, keep: &Keep) -> Vec<Vec<Var>> {
        let stuck = self.steps.get(self.deepest).copied().unwrap_or(&self.slice.goals[0]);
        let mut groups: Vec<Vec<Var>> = Vec::new();
        for (way, gates) in &self.dead {
            for lit in gates.iter().flat_map(|gate| stuck.literals(*gate)) {
                let Some((bit, true)) = lit.bit_number() else { continue };
                let lost = (0..way.len() - 1).rev().find(|at| way[*at].get(bit) && !way[at + 1].get(bit));
                let Some(at) = lost else { continue };
                let chain = self.steps[at].falls.chain(&way[at], bit);
                let group: Vec<Var> = chain
                    .into_iter()
                    .map(|bit| self.slice.order[bit])
                    .filter(|var| !keep.has(*var))
                    .collect();
                if !group.is_empty() && !groups.contains(&group) {
                    groups.push(group);
                }
            }
        }
        groups
    }

    /// The forgotten bits of the gates that stopped the replay where it came furthest.
    fn groups(&self, machine: &Machine<'_>, keep: &Keep, moves: &[usize], goal: &Goal) -> Vec<Vec<Var>> {
        let at = moves.get(self.deepest).copied().unwrap_or(goal.at);
        let mut gates: Vec<(&u32, &usize)> = self.unmet.iter().collect();
        gates.sort_by_key(|(gate, times)| (std::cmp::Reverse(**times), **gate));
        let all: Vec<_> = machine.moves[at].gates.iter().chain(&goal.gates).collect();
        let mut groups: Vec<Vec<Var>> = Vec::new();
        for gate in gates.iter().filter_map(|(gate, _)| all.get(**gate as usize)) {
            let bits = gate.clause.iter().map(|lit| lit.var);
            let group: Vec<Var> =
                bits.filter(|var| *var < crate::prove::machine::INPUT && !keep.has(*var)).collect();
            if !group.is_empty() && !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }
}

fn taken<const W: usize>(slice: &Slice<W>, moves: &[usize], goal: &Goal, way: &[Bits<W>]) -> Vec<Taken> {
    let read =
        |state: &Bits<W>| slice.order.iter().enumerate().map(|(bit, var)| (*var, state.get(bit))).collect();
    let mut found: Vec<Taken> =
        moves.iter().zip(&way[1..]).map(|(at, state)| Taken { at: *at, state: read(state) }).collect();
    found.extend(way.last().map(|state| Taken { at: goal.at, state: read(state) }));
    found
}
