//! Whether a way works although only some bits and truths are known: what of them it really needs.

use crate::prove::bits::Bits;
use crate::prove::slice::{Clause, Dense, Shape, Step};

use super::search::{Arena, Way};

/// What is known of a state.
#[derive(Debug, Clone, Copy)]
pub struct Partial<const W: usize> {
    /// Which bits are known.
    pub known: Bits<W>,
    /// Their values.
    pub value: Bits<W>,
}

/// Which inputs of a step are known, and their values.
type Inputs = (u64, u64);

impl<const W: usize> Partial<W> {
    fn lit(&self, lit: Dense, inputs: Inputs) -> Option<bool> {
        let (known, value) = match (lit.bit_number(), lit.input_number()) {
            (Some((bit, _)), _) => (self.known.get(bit), self.value.get(bit)),
            (None, Some(input)) => (inputs.0 >> input & 1 == 1, inputs.1 >> input & 1 == 1),
            (None, None) => (false, false),
        };
        known.then_some(value == lit.positive())
    }

    fn shape(&self, shape: &Shape, inputs: Inputs) -> Option<bool> {
        match shape {
            Shape::Const(truth) => Some(*truth),
            Shape::Lit(lit) => self.lit(*lit, inputs),
            Shape::All(parts) | Shape::Any(parts) => {
                let decides = matches!(shape, Shape::Any(_));
                let mut all = Some(!decides);
                for part in parts {
                    match self.shape(part, inputs) {
                        Some(truth) if truth == decides => return Some(decides),
                        Some(_) => {}
                        None => all = None,
                    }
                }
                all
            }
        }
    }

    fn known(&self, clause: &Clause, inputs: Inputs) -> bool {
        clause.lits.iter().any(|lit| self.lit(*lit, inputs) == Some(true))
    }

    /// Whether a step surely is possible; of the clauses that are kept, those still hold that are said to.
    fn open(&self, step: &Step<W>, inputs: Inputs, kept: &[(&Clause, bool)]) -> bool {
        let holds = |clause: &Clause| {
            kept.iter().any(|(one, held)| *held && one.lits.iter().all(|lit| clause.lits.contains(lit)))
        };
        step.clauses().all(|clause| self.known(clause, inputs) || holds(clause))
    }

    /// Whether a literal that is true before a step surely is true after it.
    fn keeps(&self, step: &Step<W>, inputs: Inputs, fallen: u128, lit: Dense) -> bool {
        let Some((bit, positive)) = lit.bit_number() else { return false };
        match step.writes.iter().find(|(written, _, _)| *written == bit) {
            Some((_, shape, unless)) => {
                let mut given = *self;
                given.put(bit, Some(positive));
                let stays = given.shape(shape, inputs) == Some(positive);
                stays && !(positive && fallen & unless != 0)
            }
            None => !(positive && step.falls.lost(fallen).get(bit)),
        }
    }

    fn put(&mut self, bit: usize, truth: Option<bool>) {
        self.known.put(bit, truth.is_some());
        self.value.put(bit, truth == Some(true));
    }

    fn after(&self, step: &Step<W>, inputs: Inputs) -> Partial<W> {
        let mut next = *self;
        let (sure, perhaps) = step.falls.partial(&self.known, &self.value, inputs);
        for bit in step.falls.lost(perhaps).ones() {
            if next.known.get(bit) && next.value.get(bit) {
                next.put(bit, None);
            }
        }
        for bit in step.falls.lost(sure).ones() {
            next.put(bit, Some(false));
        }
        for (bit, shape, unless) in &step.writes {
            let truth = match self.shape(shape, inputs) {
                _ if sure & unless != 0 => Some(false),
                Some(true) | None if perhaps & unless != 0 => None,
                truth => truth,
            };
            next.put(*bit, truth);
        }
        next
    }
}

/// Whether a way surely leads to the goal from what is known; `free` says which truths are not. Of what is known it may be
/// said that clauses hold: they are kept as long as no step touches them.
pub fn works<const W: usize>(
    arena: &Arena<'_, '_, W>,
    way: &Way,
    goal: &Step<W>,
    start: Partial<W>,
    clauses: &[Clause],
    free: &dyn Fn(usize) -> bool,
) -> bool {
    let mut state = start;
    let mut kept: Vec<(&Clause, bool)> = clauses.iter().map(|clause| (clause, true)).collect();
    for (place, inputs) in way {
        let step = &arena.slice.steps[*place];
        let unknown = arena.given[*place].iter().filter(|(_, number)| free(*number));
        let mask = !unknown.fold(0u64, |mask, (input, _)| mask | 1 << input);
        let inputs = (mask, *inputs);
        if !state.open(step, inputs, &kept) {
            return false;
        }
        let next = state.after(step, inputs);
        let (sure, perhaps) = step.falls.partial(&state.known, &state.value, inputs);
        for (clause, held) in &mut kept {
            let stays = |lit: &Dense| state.keeps(step, inputs, sure | perhaps, *lit);
            *held = *held && clause.lits.iter().all(stays) || next.known(clause, (0, 0));
        }
        state = next;
    }
    // What the goal's own inputs are is chosen when one is there.
    match goal.possible(&state.value) {
        Some(inputs) => state.open(goal, (u64::MAX, inputs), &kept),
        None => state.open(goal, (0, 0), &kept),
    }
}
