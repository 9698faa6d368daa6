//! A procedure as a machine over bits: what a state says, what each move asks for, and what it does.
//!
//! The bits are: per act and set of outcomes *stands*, *occurred*, *since*; per fact *known true* and *known false*;
//! per limit *begun* and *over*; per dependency whether the standing act relied on it. No values, no dates. Conditions
//! that cannot be said in bits are atoms whose truth the adversary chooses, the same wherever the same question is
//! asked at one move.

mod alternatives;
mod build;
mod conditions;
mod formula;
mod goals;
mod guards;
mod names;
mod normal;
mod pairs;
mod reliance;
mod sets;
mod writes;

pub use formula::{Clause, Formula, INPUT, Lit, Var};
pub use names::{Bit, Input, Names, Part, part_of};
pub use normal::impossible;
pub use pairs::{Closure, Pairs};
pub use reliance::{Dep, Relied};
pub use sets::SetGoal;

use lawbook::Lawbook;
use lawbook::model::{ActIx, LimitIx, Nature, OutcomeIx, Procedure};
use rustc_hash::FxHashMap;

/// An act in a part.
#[derive(Debug, Clone)]
pub struct Seat {
    /// The act.
    pub act: ActIx,
    /// The part.
    pub part: Part,
    /// Whether several occurrences may stand side by side.
    pub multi: bool,
    /// Its nature.
    pub nature: Nature,
    /// Whether it has neither fields nor outcomes that could differ when it is done again.
    pub plain: bool,
    /// What becomes untrue when it falls.
    pub clear: Vec<Var>,
}

/// From which gate a clause comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A need of the act, by place.
    Need(usize),
    /// A gate every act has.
    BuiltIn,
    /// What the question itself asks.
    Goal,
    /// What cannot be otherwise: the same content gives the same values.
    Logic,
}

/// A clause of a guard.
#[derive(Debug, Clone)]
pub struct Gate {
    /// One of these must hold.
    pub clause: Clause,
    /// Where it comes from.
    pub origin: Origin,
}

/// What a move does to a bit.
#[derive(Debug, Clone)]
pub struct Write {
    /// The bit.
    pub bit: Var,
    /// Its new value, asked of the state before.
    pub to: Formula,
    /// Not so when one of these falls at the same move.
    pub unless: Vec<usize>,
}

/// What a move is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An act with its outcome.
    Act(usize, Option<OutcomeIx>),
    /// A limit ends.
    Clock(LimitIx, Part),
    /// Nothing happens: a question is asked of a state.
    Look,
}

/// Whether a seat named by a move falls with all that relied on it, or just ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The seat.
    pub seat: usize,
    /// Only when this bit is set.
    pub when: Option<Var>,
    /// Whether what relied on it falls too.
    pub cascades: bool,
}

/// A move.
#[derive(Debug, Clone)]
pub struct Move {
    /// What it is.
    pub kind: Kind,
    /// What it asks for.
    pub gates: Vec<Gate>,
    /// What it writes.
    pub writes: Vec<Write>,
    /// What it ends or voids.
    pub hits: Vec<Hit>,
    /// Whether it takes the place of an earlier occurrence.
    pub replaces: bool,
    /// Whether anything may be named to fall with it.
    pub reopens: bool,
    /// On what the act relies, by dependency: when it does.
    relied: Vec<(u32, Formula)>,
}

/// A question: can this move happen while this holds?
#[derive(Debug, Clone)]
pub struct Goal {
    /// The move.
    pub at: usize,
    /// What must hold then besides its gates.
    pub gates: Vec<Gate>,
    /// A need of the act that is left out of account.
    pub without: Option<usize>,
}

impl Goal {
    /// The move as it is, with nothing more asked.
    pub fn plain(at: usize) -> Goal {
        Goal { at, gates: Vec::new(), without: None }
    }

    /// Whether a gate of the move counts.
    pub fn counts(&self, gate: &Gate) -> bool {
        self.without.is_none_or(|need| gate.origin != Origin::Need(need))
    }
}

/// A procedure as a machine.
pub struct Machine<'a> {
    /// The lawbook.
    pub book: &'a Lawbook,
    /// The procedure.
    pub procedure: &'a Procedure,
    /// What bits and inputs stand for.
    pub names: Names,
    /// Acts in parts.
    pub seats: Vec<Seat>,
    /// What relies on what.
    pub deps: Vec<Dep>,
    /// The moves.
    pub moves: Vec<Move>,
    /// Goals of each bound rule, by place.
    pub rule_goals: Vec<Vec<Goal>>,
    /// The move that does nothing.
    pub look: usize,
    /// Moves that write a bit.
    pub writers: Vec<Vec<usize>>,
    /// What would show that a field is read that nobody set.
    pub set_goals: Vec<SetGoal>,
    /// The input that says that the content differs from the time before.
    pub changed: Var,
    /// Dependencies by the seat relied on.
    pub heirs: Vec<Vec<usize>>,
    /// Seats by act and part.
    seat_of: FxHashMap<(ActIx, Part), usize>,
    /// What the machine leaves out.
    pub assumes: Vec<String>,
}

/// Whether an act of that nature falls when what it relied on changes.
pub fn may_fall(nature: Nature) -> bool {
    matches!(nature, Nature::Work | Nature::Waiver)
}

impl Machine<'_> {
    /// The seat of an act in a part.
    pub fn seat(&self, act: ActIx, part: Part) -> Option<usize> {
        self.seat_of.get(&(act, part)).copied()
    }

    /// The part in which a move happens.
    pub fn part(&self, at: usize) -> Part {
        match self.moves[at].kind {
            Kind::Act(seat, _) => self.seats[seat].part,
            Kind::Clock(_, part) => part,
            Kind::Look => Part::Main,
        }
    }
}
