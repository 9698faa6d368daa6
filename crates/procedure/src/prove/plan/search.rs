//! The search itself: do what helps, as long as it helps.

use rustc_hash::FxHashSet;

use crate::prove::bits::Bits;
use crate::prove::machine::{Goal, Kind, Machine, Var};
use crate::prove::slice::{Keep, Slice, Step, TooWide};

use super::relaxed::{Help, Relaxed};

/// Every move of a procedure with every bit kept.
pub struct Arena<'m, 'a, const W: usize> {
    /// The machine.
    pub machine: &'m Machine<'a>,
    /// The slice that keeps everything.
    pub slice: Slice<W>,
    /// Steps that may be used.
    pub allowed: Vec<bool>,
    /// Per step, inputs whose truth is given: the number of the input and of the truth.
    pub given: Vec<Vec<(usize, usize)>>,
}

/// Moves with their inputs.
pub type Way = Vec<(usize, u64)>;

/// How a search came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Planned {
    /// A way.
    Found(Way),
    /// There is none: not even if nothing were ever lost.
    Impossible,
    /// None was found within the effort allowed.
    NotFound,
}

/// Rounds of doing what helps before other orders are tried.
const N_ROUNDS: usize = 30;
/// States estimated when other orders are tried.
const N_ESTIMATES_MAX: usize = 1_500;

impl<'m, 'a, const W: usize> Arena<'m, 'a, W> {
    /// An arena of the moves for which `allow` holds.
    ///
    /// # Errors
    /// When the procedure has more bits or inputs than fit.
    pub fn of(
        machine: &'m Machine<'a>,
        goals: &[Goal],
        truths: &[(usize, Var)],
        allow: impl Fn(usize) -> bool,
    ) -> Result<Arena<'m, 'a, W>, TooWide> {
        let moves: Vec<usize> = (0..machine.moves.len()).filter(|at| allow(*at)).collect();
        let slice = Slice::<W>::with_moves(machine, &Keep::everything(machine), goals, &moves)?;
        let given = slice.steps.iter().map(|step| given(machine, step, truths)).collect();
        let allowed = vec![true; slice.steps.len()];
        Ok(Arena { machine, slice, allowed, given })
    }

    /// A way from a state to a goal, with what is found true given.
    pub fn plan(&self, start: Bits<W>, goal: &Step<W>, truth: &[bool]) -> Planned {
        let mut state = start;
        let mut way = Way::new();
        let mut seen = FxHashSet::default();
        for _ in 0..N_ROUNDS {
            if goal.possible(&state).is_some() {
                return Planned::Found(way);
            }
            let relaxed = Relaxed::of(&self.slice.steps, &self.allowed, &state);
            let Some(help) = relaxed.help(goal) else {
                return if way.is_empty() {
                    Planned::Impossible
                } else {
                    self.other_orders(start, goal, truth)
                };
            };
            if !seen.insert(state) || !self.follow(&help, &mut state, goal, truth, &mut way) {
                break;
            }
        }
        self.other_orders(start, goal, truth)
    }

    /// Does what helps, each step once. Returns whether anything was done.
    fn follow(
        &self,
        help: &Help,
        state: &mut Bits<W>,
        goal: &Step<W>,
        truth: &[bool],
        way: &mut Way,
    ) -> bool {
        let mut left = help.steps.clone();
        let mut any = false;
        loop {
            let before = left.len();
            left.retain(|place| {
                if goal.possible(state).is_some() {
                    return true;
                }
                match self.best(*place, state, help, truth) {
                    Some((inputs, next)) if next != *state => {
                        way.push((*place, inputs));
                        *state = next;
                        any = true;
                        false
                    }
                    _ => true,
                }
            });
            if left.len() == before || left.is_empty() {
                return any;
            }
        }
    }

    /// The inputs with which a step does most of what is wanted.
    fn best(&self, place: usize, state: &Bits<W>, help: &Help, truth: &[bool]) -> Option<(u64, Bits<W>)> {
        let step = &self.slice.steps[place];
        let fixed = self.fixed(place, truth);
        let mut inputs = step.possible_with(state, fixed)?;
        let score = |next: &Bits<W>| help.wanted.iter().filter(|(bit, want)| next.get(*bit) == *want).count();
        let mut next = step.after(state, inputs);
        let mut best = score(&next);
        let effect = step.effect_mask();
        for input in (0..step.inputs.len()).filter(|input| effect & !fixed.0 >> input & 1 == 1) {
            let flipped = (effect | fixed.0, (inputs ^ 1 << input) & (effect | fixed.0));
            let Some(other) = step.possible_with(state, flipped) else { continue };
            let there = step.after(state, other);
            if score(&there) > best {
                (inputs, next, best) = (other, there, score(&there));
            }
        }
        Some((inputs, next))
    }

    /// Inputs of a step that are given.
    pub fn fixed(&self, place: usize, truth: &[bool]) -> (u64, u64) {
        self.given[place].iter().fold((0, 0), |(mask, values), (input, number)| {
            let value = truth.get(*number).copied().unwrap_or(false);
            (mask | 1 << input, values | u64::from(value) << input)
        })
    }

    /// Tries what helps in other orders, the most promising state first.
    fn other_orders(&self, start: Bits<W>, goal: &Step<W>, truth: &[bool]) -> Planned {
        let mut nodes: Vec<(Bits<W>, usize, (usize, u64))> = vec![(start, usize::MAX, (0, 0))];
        let mut seen = FxHashSet::from_iter([start]);
        let mut queue = std::collections::BinaryHeap::from([(std::cmp::Reverse(0), std::cmp::Reverse(0))]);
        let mut n_estimates = 0;
        while let Some((_, std::cmp::Reverse(at))) = queue.pop() {
            let state = nodes[at].0;
            if goal.possible(&state).is_some() {
                return Planned::Found(back(&nodes, at));
            }
            n_estimates += 1;
            if n_estimates > N_ESTIMATES_MAX {
                break;
            }
            let Some(help) = Relaxed::of(&self.slice.steps, &self.allowed, &state).help(goal) else {
                continue;
            };
            for place in 0..self.slice.steps.len() {
                if let Some((inputs, next)) = self.best(place, &state, &help, truth)
                    && seen.insert(next)
                {
                    let helps = help.steps.contains(&place);
                    let missing = help.wanted.iter().filter(|(bit, want)| next.get(*bit) != *want).count();
                    nodes.push((next, at, (place, inputs)));
                    let rank = 2 * (help.cost as usize + missing) + usize::from(!helps) * 6;
                    queue.push((std::cmp::Reverse(rank), std::cmp::Reverse(nodes.len() - 1)));
                }
            }
        }
        Planned::NotFound
    }

    /// The number of a bit here.
    pub fn dense(&self, var: Var) -> Option<usize> {
        self.slice.order.binary_search(&var).ok()
    }
}

fn back<const W: usize>(nodes: &[(Bits<W>, usize, (usize, u64))], mut at: usize) -> Way {
    let mut way = Way::new();
    while nodes[at].1 != usize::MAX {
        way.push(nodes[at].2);
        at = nodes[at].1;
    }
    way.reverse();
    way
}

fn given<const W: usize>(
    machine: &Machine<'_>,
    step: &Step<W>,
    truths: &[(usize, Var)],
) -> Vec<(usize, usize)> {
    let Kind::Act(seat, _) = machine.moves[step.at].kind else { return Vec::new() };
    let number = |var: Var| truths.iter().position(|truth| *truth == (seat, var));
    let inputs = step.inputs.iter().enumerate();
    inputs.filter_map(|(input, var)| Some((input, number((*var)?)?))).collect()
}
