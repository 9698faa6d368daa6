//! What the bits of a state and the inputs of a move stand for.

use lawbook::condition::node::{ActPattern, Node, Reset};
use lawbook::model::{ActIx, FactIx, LimitIx, StrandIx};
use rustc_hash::FxHashMap;

use super::formula::{Formula, INPUT, Lit, Var};

/// Where an act happens: the main part, the strand that is followed, or some other strand of the kind.
///
/// Bits of [`Part::Other`] say *some other strand may be so*: they are never cleared and never read negatively.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The main part (主干).
    Main,
    /// The strand that is followed exactly.
    Tracked(StrandIx),
    /// All other strands of the kind together.
    Other(StrandIx),
}

impl Part {
    /// Whether this stands for the strands that are not followed.
    pub fn is_other(self) -> bool {
        matches!(self, Part::Other(_))
    }

    /// The kind of strand.
    pub fn strand(self) -> Option<StrandIx> {
        match self {
            Part::Main => None,
            Part::Tracked(strand) | Part::Other(strand) => Some(strand),
        }
    }
}

/// What a bit of the state says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Bit {
    /// Such an act stands.
    Stands(Part, ActPattern),
    /// Such an act occurred at least so often.
    Occurred(Part, ActPattern, u8),
    /// Such an act occurred after the last of the resets.
    Since(Part, ActPattern, Vec<Reset>),
    /// The latest act was such.
    Last(Part, ActPattern),
    /// The first act was such.
    First(Part, ActPattern),
    /// The fact is known to be true.
    True(Part, FactIx),
    /// The fact is known to be false.
    False(Part, FactIx),
    /// The fact was true when its act was last done, whether that stands or not.
    WasTrue(Part, FactIx),
    /// The fact was false when its act was last done, whether that stands or not.
    WasFalse(Part, FactIx),
    /// The atom is known to be true.
    Holds(Part, u32),
    /// The atom is known to be false.
    Fails(Part, u32),
    /// Something fixed from the start holds.
    Fixed(Part, Node),
    /// The limit has begun.
    Started(Part, LimitIx),
    /// The window is over.
    Over(Part, LimitIx),
    /// The standing owner of this dependency relied on its target.
    Relied(u32),
    /// A strand was opened.
    Opened(Part),
}

/// What is chosen at a move.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Input {
    /// The truth of a condition about the act itself, or about the day and the registers.
    Atom(Node),
    /// The new truth of an atom that reads several acts.
    Chosen(Part, u32),
    /// The content differs from the time before.
    Changed,
    /// The fields differ on which this dependency relies.
    Differs(u32),
    /// Anything: some other strand, a limit moved.
    Free(u32),
}

/// A condition over recorded acts that is not looked into.
#[derive(Debug, Clone)]
pub struct Atom {
    /// The condition, normalized.
    pub node: Node,
    /// Acts of which it reads the standing occurrence: unknown while one does not stand.
    pub standing: Vec<ActIx>,
    /// Acts of which it reads the first or latest occurrence.
    pub ever: Vec<ActIx>,
    /// Whether it reads first occurrences only, and is thus set once.
    pub once: bool,
    /// Whether it never is unknown: `has(…)`.
    pub two_valued: bool,
    /// Whether an act done again with the same content gives the same value.
    pub steady: bool,
}

/// Names of bits, inputs and atoms by number.
#[derive(Debug, Default)]
pub struct Names {
    /// Bits by variable.
    pub bits: Vec<Bit>,
    /// Inputs by variable, less [`INPUT`].
    pub inputs: Vec<Input>,
    /// Atoms.
    pub atoms: Vec<Atom>,
    bit_of: FxHashMap<Bit, Var>,
    input_of: FxHashMap<Input, Var>,
    atom_of: FxHashMap<Node, u32>,
    n_free: u32,
}

impl Names {
    /// The variable of a bit.
    pub fn bit(&mut self, bit: Bit) -> Var {
        let next = self.bits.len() as Var;
        *self.bit_of.entry(bit).or_insert_with_key(|bit| {
            self.bits.push(bit.clone());
            next
        })
    }

    /// The variable of a bit, if it has one.
    pub fn known_bit(&self, bit: &Bit) -> Option<Var> {
        self.bit_of.get(bit).copied()
    }

    /// The variable of an input.
    pub fn input(&mut self, input: Input) -> Var {
        let next = INPUT + self.inputs.len() as Var;
        *self.input_of.entry(input).or_insert_with_key(|input| {
            self.inputs.push(input.clone());
            next
        })
    }

    /// An input that nothing else reads.
    pub fn free(&mut self) -> Formula {
        self.n_free += 1;
        let var = self.input(Input::Free(self.n_free));
        Formula::var(var)
    }

    /// The input behind a variable.
    pub fn input_at(&self, var: Var) -> Option<&Input> {
        self.inputs.get(var.checked_sub(INPUT)? as usize)
    }

    /// The number of an atom.
    pub fn atom(&mut self, atom: Atom) -> u32 {
        let next = self.atoms.len() as u32;
        *self.atom_of.entry(atom.node.clone()).or_insert_with(|| {
            self.atoms.push(atom);
            next
        })
    }

    /// A bit as a formula.
    pub fn yes(&mut self, bit: Bit) -> Formula {
        Formula::var(self.bit(bit))
    }

    /// The opposite of a bit; of a bit of the other strands nothing can be said, so it is chosen.
    pub fn no(&mut self, bit: Bit) -> Formula {
        let var = self.bit(bit);
        self.opposite(var)
    }

    fn opposite(&mut self, var: Var) -> Formula {
        if var < INPUT && part_of(&self.bits[var as usize]).is_some_and(Part::is_other) {
            return self.free();
        }
        Formula::Lit(Lit { var, positive: false })
    }

    /// The opposite of a formula.
    pub fn negate(&mut self, formula: &Formula) -> Formula {
        match formula {
            Formula::Const(known) => Formula::Const(!known),
            Formula::Lit(Lit { var, positive: true }) => self.opposite(*var),
            Formula::Lit(Lit { var, positive: false }) => Formula::var(*var),
            Formula::All(parts) => {
                Formula::any(parts.iter().map(|part| self.negate(part)).collect::<Vec<_>>())
            }
            Formula::Any(parts) => {
                Formula::all(parts.iter().map(|part| self.negate(part)).collect::<Vec<_>>())
            }
        }
    }
}

/// The part a bit belongs to.
pub fn part_of(bit: &Bit) -> Option<Part> {
    match bit {
        Bit::Stands(part, _)
        | Bit::Occurred(part, _, _)
        | Bit::Since(part, _, _)
        | Bit::Last(part, _)
        | Bit::First(part, _)
        | Bit::True(part, _)
        | Bit::False(part, _)
        | Bit::WasTrue(part, _)
        | Bit::WasFalse(part, _)
        | Bit::Holds(part, _)
        | Bit::Fails(part, _)
        | Bit::Fixed(part, _)
        | Bit::Started(part, _)
        | Bit::Over(part, _)
        | Bit::Opened(part) => Some(*part),
        Bit::Relied(_) => None,
    }
}
