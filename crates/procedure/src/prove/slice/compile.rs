//! Numbers the kept bits anew and prepares every move for them.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::prove::bits::Bits;
use crate::prove::machine::{
    Bit, Formula, Gate, Goal, INPUT, Input, Lit, Machine, Move, Part, Var, impossible,
};

use super::falls::{Falls, useful_seats};
use super::keep::Keep;
use super::step::{Clause, Dense, Shape, Step};

/// A slice has more bits, inputs or seats than fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooWide;

/// The most inputs a move may have.
const N_INPUTS_MAX: usize = 60;

/// A slice, ready to be run.
pub struct Slice<const W: usize> {
    /// The kept bits, by their new number.
    pub order: Vec<Var>,
    /// The moves.
    pub steps: Vec<Step<W>>,
    /// The goals.
    pub goals: Vec<Step<W>>,
    fixed: Fixed,
}

impl<const W: usize> Slice<W> {
    /// Prepares the moves that change a kept bit.
    ///
    /// # Errors
    /// When there are more bits, inputs or seats than fit.
    pub fn of(machine: &Machine<'_>, keep: &Keep, goals: &[Goal]) -> Result<Slice<W>, TooWide> {
        let moves: BTreeSet<usize> =
            keep.vars().flat_map(|var| machine.writers[var as usize].iter().copied()).collect();
        Slice::with_moves(machine, keep, goals, &moves.into_iter().collect::<Vec<_>>())
    }

    /// Prepares these moves only, in this order.
    ///
    /// # Errors
    /// When there are more bits, inputs or seats than fit.
    pub fn with_moves(
        machine: &Machine<'_>,
        keep: &Keep,
        goals: &[Goal],
        moves: &[usize],
    ) -> Result<Slice<W>, TooWide> {
        let order: Vec<Var> = keep.vars().collect();
        if order.len() > W * 64 {
            return Err(TooWide);
        }
        let mut index = vec![u32::MAX; machine.names.bits.len()];
        for (at, var) in order.iter().enumerate() {
            index[*var as usize] = at as u32;
        }
        let useful = useful_seats(machine, |var| keep.has(var));
        let compiler = Compiler { machine, index, useful };
        let mut steps = Vec::with_capacity(moves.len());
        for at in moves {
            steps.push(compiler.step(*at)?);
        }
        let compiled = goals.iter().map(|goal| compiler.goal(goal)).collect::<Result<Vec<_>, _>>()?;
        let fixed = compiler.fixed(&order);
        let mut slice = Slice { order, steps, goals: compiled, fixed };
        slice.name_falling(&compiler);
        Ok(slice)
    }

    /// A reopening may name anything to fall, and some falls are in doubt: only what is read negatively matters.
    fn name_falling(&mut self, compiler: &Compiler<'_, '_>) {
        let mut negative = Bits::<W>::EMPTY;
        for step in self.steps.iter().chain(&self.goals) {
            step.note_negative(&mut negative);
        }
        for step in &mut self.steps {
            step.falls.name(&negative, compiler.machine.moves[step.at].reopens);
        }
    }
}

/// Prepares moves for a numbering of bits.
pub struct Compiler<'c, 'a> {
    /// The machine.
    pub machine: &'c Machine<'a>,
    index: Vec<u32>,
    /// Seats whose fall may reach a kept bit.
    pub useful: Vec<bool>,
}

/// The inputs of one move, numbered.
#[derive(Default)]
pub struct Inputs {
    number: FxHashMap<Var, usize>,
    vars: Vec<Option<Var>>,
    guesses: FxHashMap<Var, usize>,
}

impl Inputs {
    /// The number of an input.
    pub fn of(&mut self, var: Var) -> usize {
        let next = self.vars.len();
        *self.number.entry(var).or_insert_with(|| {
            self.vars.push(Some(var));
            next
        })
    }

    /// The number of an input that stands in for a forgotten bit.
    fn guess(&mut self, var: Var) -> usize {
        let next = self.vars.len();
        *self.guesses.entry(var).or_insert_with(|| {
            self.vars.push(None);
            next
        })
    }
}

impl Compiler<'_, '_> {
    /// The new number of a bit.
    pub fn dense(&self, var: Var) -> Option<usize> {
        let at = *self.index.get(var as usize)?;
        (at != u32::MAX).then_some(at as usize)
    }

    fn step<const W: usize>(&self, at: usize) -> Result<Step<W>, TooWide> {
        let one = &self.machine.moves[at];
        let mut inputs = Inputs::default();
        let mut writes = Vec::new();
        for write in &one.writes {
            if let Some(bit) = self.dense(write.bit) {
                let shape = self.shape(&write.to, &mut inputs);
                writes.push((bit, shape, write.unless.clone()));
            }
        }
        let mut falls = Falls::of(self, one, &mut inputs)?;
        let writes: Vec<_> =
            writes.into_iter().map(|(bit, shape, unless)| (bit, shape, falls.locals(&unless))).collect();
        falls.watch(writes.iter().fold(0, |mask, (_, _, unless)| mask | unless));
        let n_effect = inputs.vars.len();
        let mut step = self.guarded(at, one.gates.iter().enumerate(), inputs, n_effect)?;
        step.writes = writes;
        step.falls = falls;
        Ok(step)
    }

    fn goal<const W: usize>(&self, goal: &Goal) -> Result<Step<W>, TooWide> {
        let one: &Move = &self.machine.moves[goal.at];
        let gates = one.gates.iter().chain(&goal.gates).enumerate().filter(|(_, gate)| goal.counts(gate));
        self.guarded(goal.at, gates, Inputs::default(), 0)
    }

    fn guarded<'g, const W: usize>(
        &self,
        at: usize,
        gates: impl Iterator<Item = (usize, &'g Gate)>,
        mut inputs: Inputs,
        n_effect: usize,
    ) -> Result<Step<W>, TooWide> {
        let mut clauses: Vec<Clause> = Vec::new();
        for (place, gate) in gates {
            // Forgotten bits: the clause may be met by them.
            if let Some(lits) =
                gate.clause.iter().map(|lit| self.lit(*lit, &mut inputs)).collect::<Option<Vec<_>>>()
            {
                clauses.push(Clause { lits, gate: place as u32 });
            }
        }
        self.add_theory(&mut inputs, &mut clauses);
        if inputs.vars.len() > N_INPUTS_MAX {
            return Err(TooWide);
        }
        let doubts = inputs.guesses.keys().copied().collect();
        Ok(Step::new(at, clauses, inputs.vars, n_effect, doubts))
    }

    fn lit(&self, lit: Lit, inputs: &mut Inputs) -> Option<Dense> {
        if lit.var >= INPUT {
            return Some(Dense::input(inputs.of(lit.var), lit.positive));
        }
        Some(Dense::bit(self.dense(lit.var)?, lit.positive))
    }

    /// A formula over kept bits and inputs; a forgotten bit may be anything.
    fn shape(&self, formula: &Formula, inputs: &mut Inputs) -> Shape {
        match formula {
            Formula::Const(truth) => Shape::Const(*truth),
            Formula::Lit(lit) if lit.var >= INPUT => {
                Shape::Lit(Dense::input(inputs.of(lit.var), lit.positive))
            }
            Formula::Lit(lit) => Shape::Lit(match self.dense(lit.var) {
                Some(bit) => Dense::bit(bit, lit.positive),
                None => Dense::input(inputs.guess(lit.var), lit.positive),
            }),
            Formula::All(parts) => Shape::All(parts.iter().map(|part| self.shape(part, inputs)).collect()),
            Formula::Any(parts) => Shape::Any(parts.iter().map(|part| self.shape(part, inputs)).collect()),
        }
    }

    /// What cannot hold together: `x > 5` and not `x > 3`.
    fn add_theory(&self, inputs: &mut Inputs, clauses: &mut Vec<Clause>) {
        let atoms: Vec<(usize, _)> = (inputs.vars.iter().enumerate())
            .filter_map(|(at, var)| match self.machine.names.input_at((*var)?)? {
                Input::Atom(node) => Some((at, node)),
                Input::Chosen(..) | Input::Changed | Input::Differs(_) | Input::Free(_) => None,
            })
            .collect();
        for (place, (a, node)) in atoms.iter().enumerate() {
            for (b, other) in &atoms[place + 1..] {
                for (sign_a, sign_b) in impossible(node, other) {
                    let lits = vec![Dense::input(*a, !sign_a), Dense::input(*b, !sign_b)];
                    clauses.push(Clause { lits, gate: u32::MAX });
                }
            }
        }
    }

    /// What is fixed from the start, and what of it cannot be together.
    fn fixed(&self, order: &[Var]) -> Fixed {
        let bits = &self.machine.names.bits;
        let named: Vec<(usize, Part, _)> = (order.iter().enumerate())
            .filter_map(|(at, var)| match &bits[*var as usize] {
                Bit::Fixed(part, node) => Some((at, *part, node)),
                _ => None,
            })
            .collect();
        let mut clashes = Vec::new();
        for (place, (a, part, node)) in named.iter().enumerate() {
            for (b, home, other) in &named[..place] {
                if part == home {
                    clashes.extend(impossible(other, node).into_iter().map(|signs| (*b, *a, signs)));
                }
            }
        }
        Fixed { bits: named.iter().map(|(at, ..)| *at).collect(), clashes }
    }
}

/// What is fixed from the start.
#[derive(Debug, Clone)]
struct Fixed {
    bits: Vec<usize>,
    clashes: Vec<(usize, usize, (bool, bool))>,
}

/// More things fixed from the start than this are not gone through.
const N_FIXED_MAX: usize = 14;

impl<const W: usize> Slice<W> {
    /// Where it begins: everything false but what is fixed from the start, which may be in any way.
    ///
    /// # Errors
    /// When too much is fixed from the start.
    pub fn starts(&self) -> Result<Vec<Bits<W>>, TooWide> {
        if self.fixed.bits.len() > N_FIXED_MAX {
            return Err(TooWide);
        }
        let mut starts = vec![Bits::EMPTY];
        for bit in &self.fixed.bits {
            let set = starts.iter().map(|start: &Bits<W>| {
                let mut start = *start;
                start.put(*bit, true);
                start
            });
            let set: Vec<Bits<W>> = set.collect();
            starts.extend(set);
        }
        let clash = |start: &Bits<W>| {
            self.fixed.clashes.iter().any(|(a, b, signs)| (start.get(*a), start.get(*b)) == *signs)
        };
        starts.retain(|start| !clash(start));
        Ok(starts)
    }
}
