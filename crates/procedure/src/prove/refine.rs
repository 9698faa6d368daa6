//! Slicing with refinement: begin with the bits of the question, add what a false way shows to be missing.

use super::guess::guesses;
use super::machine::{Goal, INPUT, Machine, Origin, Var};
use super::slice::{Found, Keep, Replay, Taken, explore_slice, replay_moves};

/// What is known of a question.
#[derive(Debug, Clone)]
pub enum Answer {
    /// It never happens.
    Never,
    /// It can happen: a shortest way.
    Happens(Vec<Taken>),
    /// It could not be told within the states allowed.
    Undecided,
}

/// Bounds of a search.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// States of one slice.
    pub n_states_max: usize,
    /// Slices tried.
    pub n_slices_max: usize,
}

/// Candidates tried against each other at one refinement.
const N_CANDIDATES: usize = 6;

/// States spent on a first guess.
const N_GUESS_MAX: usize = 4_000;

/// Whether one of the goals can happen; and the states of the slice that told.
pub fn ask(machine: &Machine<'_>, goals: &[Goal], bounds: Bounds) -> (Answer, usize) {
    let mut keep = Keep::nothing(machine);
    for gate in goals.iter().flat_map(|goal| &goal.gates).filter(|gate| gate.origin == Origin::Goal) {
        add_all(machine, &mut keep, gate.clause.iter().map(|lit| lit.var));
    }
    let (found, n_states) = explore_slice(machine, &keep, goals, N_GUESS_MAX);
    if found == Found::Nothing {
        return (Answer::Never, n_states);
    }
    for keep in guesses(machine, goals) {
        let (found, n_states) = explore_slice(machine, &keep, goals, N_GUESS_MAX.min(bounds.n_states_max));
        if found == Found::Nothing {
            return (Answer::Never, n_states);
        }
    }
    ask_keeping(machine, goals, keep, bounds)
}

/// As [`ask`], beginning with these bits.
pub fn ask_keeping(machine: &Machine<'_>, goals: &[Goal], mut keep: Keep, bounds: Bounds) -> (Answer, usize) {
    if goals.is_empty() {
        return (Answer::Never, 0);
    }
    let (mut found, mut n_states) = explore_slice(machine, &keep, goals, bounds.n_states_max);
    for _ in 0..bounds.n_slices_max {
        let (moves, goal) = match found {
            Found::Nothing => return (Answer::Never, n_states),
            Found::TooMany => return (Answer::Undecided, n_states),
            Found::Way { moves, goal } => (moves, goal),
        };
        let groups = match replay_moves(machine, &keep, &moves, &goals[goal]) {
            Replay::Real(taken) => return (Answer::Happens(taken), n_states),
            Replay::Doubtful(groups) => groups,
        };
        if groups.is_empty() {
            return (Answer::Undecided, n_states);
        }
        (keep, found, n_states) = furthest(machine, goals, &keep, &groups, moves.len(), bounds);
    }
    (Answer::Undecided, n_states)
}

fn add_all(machine: &Machine<'_>, keep: &mut Keep, vars: impl Iterator<Item = Var>) {
    vars.filter(|var| *var < INPUT).for_each(|var| keep.add(machine, var));
}

/// Adds the first group that pushes the shortest way further; if none does, the one with the fewest states.
fn furthest(
    machine: &Machine<'_>,
    goals: &[Goal],
    keep: &Keep,
    groups: &[Vec<Var>],
    length: usize,
    bounds: Bounds,
) -> (Keep, Found, usize) {
    let mut best: Option<(Keep, Found, usize)> = None;
    let score = |found: &Found| match found {
        Found::Nothing => usize::MAX,
        Found::Way { moves, .. } => moves.len() + 1,
        Found::TooMany => 0,
    };
    for group in groups.iter().take(N_CANDIDATES) {
        let mut wider = keep.clone();
        add_all(machine, &mut wider, group.iter().copied());
        let (found, n_states) = explore_slice(machine, &wider, goals, bounds.n_states_max);
        let better = best.as_ref().is_none_or(|(_, known, n_known)| {
            (score(&found), std::cmp::Reverse(n_states)) > (score(known), std::cmp::Reverse(*n_known))
        });
        let enough = score(&found) > length + 1;
        if better {
            best = Some((wider, found, n_states));
        }
        if enough {
            break;
        }
    }
    best.unwrap_or_else(|| (keep.clone(), Found::TooMany, 0))
}
