//! A move of a slice: whether it is possible in a state, and where it leads.

use crate::prove::bits::Bits;
use crate::prove::machine::Var;

use super::falls::{Falls, Marks};

/// A literal over the numbered bits and inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dense(u32);

impl Dense {
    /// A literal over a bit.
    pub fn bit(bit: usize, positive: bool) -> Dense {
        Dense((bit as u32) << 2 | u32::from(!positive))
    }

    /// A literal over an input.
    pub fn input(input: usize, positive: bool) -> Dense {
        Dense((input as u32) << 2 | 2 | u32::from(!positive))
    }

    /// The input, if it is one.
    pub fn input_number(self) -> Option<usize> {
        (self.0 & 2 != 0).then_some((self.0 >> 2) as usize)
    }

    /// The bit, if it is one, and whether the bit itself is meant.
    pub fn bit_number(self) -> Option<(usize, bool)> {
        (self.0 & 2 == 0).then_some(((self.0 >> 2) as usize, self.0 & 1 == 0))
    }

    /// Whether the positive is meant.
    pub fn positive(self) -> bool {
        self.0 & 1 == 0
    }

    #[inline]
    fn holds<const W: usize>(self, state: &Bits<W>, inputs: u64) -> bool {
        let at = (self.0 >> 2) as usize;
        let set = if self.0 & 2 == 0 { state.get(at) } else { inputs >> at & 1 == 1 };
        set == (self.0 & 1 == 0)
    }
}

/// A clause, and which gate of the move it is.
#[derive(Debug, Clone)]
pub struct Clause {
    /// One of these must hold.
    pub lits: Vec<Dense>,
    /// The place of its gate; past the gates for what is only logic.
    pub gate: u32,
}

/// A formula over the numbered bits and inputs.
#[derive(Debug, Clone)]
pub enum Shape {
    /// True or false.
    Const(bool),
    /// A literal.
    Lit(Dense),
    /// All hold.
    All(Vec<Shape>),
    /// One holds.
    Any(Vec<Shape>),
}

impl Shape {
    fn holds<const W: usize>(&self, state: &Bits<W>, inputs: u64) -> bool {
        match self {
            Shape::Const(truth) => *truth,
            Shape::Lit(lit) => lit.holds(state, inputs),
            Shape::All(parts) => parts.iter().all(|part| part.holds(state, inputs)),
            Shape::Any(parts) => parts.iter().any(|part| part.holds(state, inputs)),
        }
    }

    /// Every literal in it.
    pub fn lits(&self, visit: &mut dyn FnMut(Dense)) {
        match self {
            Shape::Const(_) => {}
            Shape::Lit(lit) => visit(*lit),
            Shape::All(parts) | Shape::Any(parts) => parts.iter().for_each(|part| part.lits(visit)),
        }
    }
}

/// Inputs that are not chosen: which, and their values.
pub type Fixed = (u64, u64);

/// Every input is chosen.
const FREE: Fixed = (0, 0);

/// A move of a slice.
pub struct Step<const W: usize> {
    /// The move of the machine.
    pub at: usize,
    /// Clauses over bits alone.
    state: Vec<Clause>,
    /// Clauses with inputs, by the last input they mention.
    timed: Vec<Vec<Clause>>,
    /// What the inputs stand for; nothing for a forgotten bit.
    pub inputs: Vec<Option<Var>>,
    /// Inputs up to here matter to what the move does; the rest only to whether it is possible.
    n_effect: usize,
    /// New values of bits, unless one of these seats falls.
    pub writes: Vec<(usize, Shape, u128)>,
    /// What falls.
    pub falls: Falls<W>,
    /// Forgotten bits on which the effect depends.
    pub doubts: Vec<Var>,
}

impl<const W: usize> Step<W> {
    /// A move that does nothing yet.
    pub fn new(
        at: usize,
        clauses: Vec<Clause>,
        inputs: Vec<Option<Var>>,
        n_effect: usize,
        doubts: Vec<Var>,
    ) -> Step<W> {
        let mut state = Vec::new();
        let mut timed = vec![Vec::new(); inputs.len()];
        for clause in clauses {
            match clause.lits.iter().filter_map(|lit| lit.input_number()).max() {
                None => state.push(clause),
                Some(last) => timed[last].push(clause),
            }
        }
        Step { at, state, timed, inputs, n_effect, writes: Vec::new(), falls: Falls::default(), doubts }
    }

    /// Whether the clauses over bits alone hold.
    #[inline]
    fn open(&self, state: &Bits<W>) -> bool {
        self.state.iter().all(|clause| clause.lits.iter().any(|lit| lit.holds(state, 0)))
    }

    /// Whether the move is possible; the inputs that make it so.
    pub fn possible(&self, state: &Bits<W>) -> Option<u64> {
        if self.open(state) { self.complete(state, 0, 0, FREE).ok() } else { None }
    }

    /// As [`Step::possible`], with some inputs fixed.
    pub fn possible_with(&self, state: &Bits<W>, fixed: Fixed) -> Option<u64> {
        if self.open(state) { self.complete(state, 0, 0, fixed).ok() } else { None }
    }

    /// Where the move leads with these inputs, when every fall in doubt is spared.
    pub fn after(&self, state: &Bits<W>, inputs: u64) -> Bits<W> {
        let mut found = *state;
        self.act(state, inputs, &mut |_, next| found = next);
        found
    }

    /// Inputs that matter to what the move does.
    pub fn effect_mask(&self) -> u64 {
        (1u64 << self.n_effect) - 1
    }

    /// Gates whose part over bits does not hold, so that only inputs, if any, could meet them.
    pub fn unmet(&self, state: &Bits<W>, out: &mut dyn FnMut(u32)) {
        let closed = |clause: &&Clause| {
            !clause.lits.iter().any(|lit| lit.input_number().is_none() && lit.holds(state, 0))
        };
        let timed = self.timed.iter().flatten().filter(closed);
        // Clauses over bits alone are the ones that surely are not met.
        let sure: Vec<&Clause> = self.state.iter().filter(closed).collect();
        if sure.is_empty() {
            timed.for_each(|clause| out(clause.gate));
        } else {
            sure.iter().for_each(|clause| out(clause.gate));
        }
    }

    /// Values of the inputs from one on that meet every clause; else the inputs that stand in the way.
    fn complete(&self, state: &Bits<W>, from: usize, inputs: u64, fixed: Fixed) -> Result<u64, u64> {
        if from == self.inputs.len() {
            return Ok(inputs);
        }
        let own = 1u64 << from;
        let mut in_the_way = 0;
        for inputs in [inputs, inputs | own] {
            let found = match self.clash(state, from, inputs, fixed) {
                Some(clash) => Err(clash),
                None => self.complete(state, from + 1, inputs, fixed),
            };
            match found {
                Ok(inputs) => return Ok(inputs),
                // The other value would not help.
                Err(clash) if clash & own == 0 => return Err(clash),
                Err(clash) => in_the_way |= clash & !own,
            }
        }
        Err(in_the_way)
    }

    #[inline]
    fn fits(&self, state: &Bits<W>, last: usize, inputs: u64) -> bool {
        self.clash(state, last, inputs, FREE).is_none()
    }

    /// The inputs of a clause that ends with this input and is not met.
    fn clash(&self, state: &Bits<W>, last: usize, inputs: u64, (mask, values): Fixed) -> Option<u64> {
        if mask >> last & 1 == 1 && (values ^ inputs) >> last & 1 == 1 {
            return Some(1 << last);
        }
        let broken =
            self.timed[last].iter().find(|clause| !clause.lits.iter().any(|lit| lit.holds(state, inputs)))?;
        Some(broken.lits.iter().filter_map(|lit| lit.input_number()).fold(0, |mask, input| mask | 1 << input))
    }

    /// Every state the move leads to, with the inputs that lead there.
    pub fn successors(&self, state: &Bits<W>, out: &mut dyn FnMut(u64, Bits<W>)) {
        if self.open(state) {
            self.choose(state, 0, 0, out);
        }
    }

    fn choose(&self, state: &Bits<W>, from: usize, inputs: u64, out: &mut dyn FnMut(u64, Bits<W>)) {
        if from == self.n_effect {
            if let Ok(inputs) = self.complete(state, from, inputs, FREE) {
                self.act(state, inputs, out);
            }
            return;
        }
        for truth in [false, true] {
            let inputs = inputs | u64::from(truth) << from;
            if self.fits(state, from, inputs) {
                self.choose(state, from + 1, inputs, out);
            }
        }
    }

    fn act(&self, state: &Bits<W>, inputs: u64, out: &mut dyn FnMut(u64, Bits<W>)) {
        self.falls.settle(state, inputs, &mut |marks: &Marks<W>| {
            let mut next = *state;
            self.falls.clear(&mut next, marks);
            for (bit, shape, unless) in &self.writes {
                let truth = marks.gone & unless == 0 && shape.holds(state, inputs);
                next.put(*bit, truth);
            }
            out(inputs, next);
        });
    }

    /// All its clauses.
    pub fn clauses(&self) -> impl Iterator<Item = &Clause> {
        self.state.iter().chain(self.timed.iter().flatten())
    }

    /// The literals of a gate.
    pub fn literals(&self, gate: u32) -> Vec<Dense> {
        self.clauses()
            .filter(|clause| clause.gate == gate)
            .flat_map(|clause| clause.lits.iter().copied())
            .collect()
    }

    /// Notes the bits that are read negatively, and those an effect depends on.
    pub fn note_negative(&self, negative: &mut Bits<W>) {
        let mut note = |lit: Dense, always: bool| {
            if let Some((bit, positive)) = lit.bit_number()
                && (always || !positive)
            {
                negative.put(bit, true);
            }
        };
        for clause in self.state.iter().chain(self.timed.iter().flatten()) {
            clause.lits.iter().for_each(|lit| note(*lit, false));
        }
        for (bit, shape, _) in &self.writes {
            // What was stays: that is no reading.
            shape.lits(&mut |lit| {
                if lit.bit_number() != Some((*bit, true)) {
                    note(lit, true);
                }
            });
        }
    }
}
