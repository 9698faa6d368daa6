//! From every reachable state there is a way to a goal: the states are taken apart until each part is covered.
//!
//! A way from a state is followed by asking which bits of the state and which truths it really needs: it then is a way
//! from every state and for every truth that has those. What it does not cover is split and looked at in turn. A part
//! is empty if it says two things that no reachable state says together, or if the rules' own search does not reach it.

use rustc_hash::FxHashSet;

use crate::prove::bits::Bits;
use crate::prove::machine::{
    Clause as Lits, Closure, Gate, Goal, INPUT, Input, Lit, Origin, Pairs, Var, impossible,
};
use crate::prove::refine::{self, Answer, Bounds};
use crate::prove::slice::{Clause, Dense, Keep, Replay, Step, Taken, replay_moves};

use super::search::{Arena, Planned, Way};
use super::ternary::{Partial, works};

/// Something a way may need: a bit of the state, or a truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Bit(usize),
    Truth(usize),
}

/// States and truths in which these are so.
type Region = Vec<(Key, bool)>;

/// A question: from every state that keeps these clauses, is there a way to one of the goals?
pub struct Stage<const W: usize> {
    /// What holds already.
    pub kept: Vec<Clause>,
    /// One of these shall be reached; the last of them is the end.
    pub goals: Vec<Step<W>>,
}

/// A way, and the state in which it begins.
pub type Begun<const W: usize> = (Bits<W>, Way);

/// How a question came out.
pub enum Outcome {
    /// There always is a way.
    Covered,
    /// This can happen, and under these truths there is no way on to the end.
    DeadEnd(Vec<Taken>, Vec<bool>),
    /// It could not be told.
    Unknown,
}

/// Two truths, and the values they cannot have at once.
type Clash = (usize, usize, (bool, bool));

/// The states of a procedure, in parts.
pub struct Parts<'m, 'a, const W: usize> {
    /// The moves of the agency.
    pub arena: Arena<'m, 'a, W>,
    /// The ways found.
    pub ways: Vec<Begun<W>>,
    /// Parts looked at.
    pub n_looked: usize,
    covers: Vec<Region>,
    pairs: Pairs,
    /// The bits that say that the matter is closed.
    closing: Vec<usize>,
    n_truths: usize,
    clashes: Vec<Clash>,
    bounds: Bounds,
}

enum Looked {
    /// There is a way from wherever these are so.
    Covered(Region),
    Empty,
    DeadEnd(Vec<Taken>, Vec<bool>),
    Unknown,
}

/// States gone through before something is no dead end.
const N_TRIED_MAX: usize = 20_000;

impl<'m, 'a, const W: usize> Parts<'m, 'a, W> {
    /// The states in which none of the closing bits is set.
    pub fn new(arena: Arena<'m, 'a, W>, closing: &[Var], truths: &[(usize, Var)], bounds: Bounds) -> Self {
        let closing = closing.iter().filter_map(|var| arena.dense(*var)).collect();
        let pairs = Pairs::of(arena.machine);
        let clashes = clashes(&arena, truths);
        let n_truths = truths.len();
        Parts {
            arena,
            ways: Vec::new(),
            n_looked: 0,
            covers: Vec::new(),
            pairs,
            closing,
            n_truths,
            clashes,
            bounds,
        }
    }

    /// Looks at every part, up to so many.
    pub fn look_through(&mut self, stage: &Stage<W>, n_parts_max: usize) -> Outcome {
        self.covers.clear();
        self.ways.clear();
        let mut waiting: Vec<Region> = vec![self.closing.iter().map(|bit| (Key::Bit(*bit), false)).collect()];
        let mut n_parts = 0;
        while let Some(region) = waiting.pop() {
            n_parts += 1;
            self.n_looked += 1;
            if n_parts > n_parts_max {
                return Outcome::Unknown;
            }
            match self.look(stage, &region) {
                Looked::Covered(cover) => waiting.extend(rest(&region, &cover)),
                Looked::Empty => {}
                Looked::DeadEnd(taken, truth) => return Outcome::DeadEnd(taken, truth),
                Looked::Unknown => return Outcome::Unknown,
            }
        }
        Outcome::Covered
    }

    fn look(&mut self, stage: &Stage<W>, region: &Region) -> Looked {
        let Some(closure) = self.closure(region) else { return Looked::Empty };
        let Some(closure) = self.satisfy(closure, &stage.kept) else { return Looked::Empty };
        let Some(truth) = self.truth(region) else { return Looked::Empty };
        let state = self.emptiest(closure);
        let fits = |(key, value): &(Key, bool)| match key {
            Key::Bit(bit) => state.get(*bit) == *value,
            Key::Truth(number) => truth[*number] == *value,
        };
        if let Some(cover) = self.covers.iter().find(|cover| cover.iter().all(fits)) {
            return Looked::Covered(cover.clone());
        }
        match self.plan(stage, state, &truth, region) {
            Some(cover) => Looked::Covered(cover),
            None => self.reach(stage, region, &truth),
        }
    }

    /// A way from a state, and what it needs of it.
    fn plan(&mut self, stage: &Stage<W>, state: Bits<W>, truth: &[bool], region: &Region) -> Option<Region> {
        stage.goals.iter().find_map(|goal| match self.arena.plan(state, goal, truth) {
            Planned::Found(way) => self.cover(stage, goal, way, state, truth, region),
            Planned::Impossible | Planned::NotFound => None,
        })
    }

    /// No way from the emptiest state of the region: is there a reachable one, and a way from there?
    fn reach(&mut self, stage: &Stage<W>, region: &Region, truth: &[bool]) -> Looked {
        let machine = self.arena.machine;
        let gate = |clause: Lits| Gate { clause, origin: Origin::Goal };
        let order = &self.arena.slice.order;
        let bits = region.iter().filter_map(|(key, value)| match key {
            Key::Bit(bit) => Some(gate(vec![Lit { var: order[*bit], positive: *value }])),
            Key::Truth(_) => None,
        });
        let lit = |lit: &Dense| {
            let (bit, positive) = lit.bit_number()?;
            Some(Lit { var: order[bit], positive })
        };
        let kept = stage.kept.iter().map(|clause| gate(clause.lits.iter().filter_map(lit).collect()));
        let goal = Goal { at: machine.look, gates: bits.chain(kept).collect(), without: None };
        let bounds = Bounds { n_states_max: 100_000.min(self.bounds.n_states_max), ..self.bounds };
        let taken = match refine::ask(machine, std::slice::from_ref(&goal), bounds).0 {
            Answer::Never => return Looked::Empty,
            Answer::Undecided => return Looked::Unknown,
            Answer::Happens(taken) => taken,
        };
        let moves: Vec<usize> = taken.iter().map(|one| one.at).filter(|at| *at != machine.look).collect();
        let Replay::Real(full) = replay_moves(machine, &Keep::everything(machine), &moves, &goal) else {
            return Looked::Unknown;
        };
        let mut state = Bits::<W>::EMPTY;
        if let Some(last) = full.last() {
            for (bit, var) in order.iter().enumerate() {
                state.put(bit, last.state.get(var).copied().unwrap_or(false));
            }
        }
        if let Some(cover) = self.plan(stage, state, truth, region) {
            return Looked::Covered(cover);
        }
        if self.exhausted(stage, state, truth) {
            Looked::DeadEnd(full, truth.to_vec())
        } else {
            Looked::Unknown
        }
    }

    /// Whether everything the agency can do from a state was tried, and nothing ends the matter.
    fn exhausted(&self, stage: &Stage<W>, start: Bits<W>, truth: &[bool]) -> bool {
        let Some(end) = stage.goals.last() else { return false };
        if self.arena.plan(start, end, truth) == Planned::Impossible {
            return true;
        }
        let mut seen = FxHashSet::from_iter([start]);
        let mut waiting = vec![start];
        while let Some(state) = waiting.pop() {
            if end.possible(&state).is_some() || seen.len() > N_TRIED_MAX {
                return false;
            }
            for (place, step) in self.arena.slice.steps.iter().enumerate() {
                let (mask, values) = self.arena.fixed(place, truth);
                step.successors(&state, &mut |inputs, next| {
                    if (inputs ^ values) & mask == 0 && seen.insert(next) {
                        waiting.push(next);
                    }
                });
            }
        }
        true
    }

    /// What follows from the bits of a region; nothing when they cannot be so together.
    fn closure(&self, region: &[(Key, bool)]) -> Option<Closure> {
        let mut closure = self.pairs.closure();
        let all = region.iter().all(|(key, value)| match key {
            Key::Bit(bit) => self.pairs.add(&mut closure, self.lit(*bit, *value)),
            Key::Truth(_) => true,
        });
        all.then_some(closure)
    }

    fn lit(&self, bit: usize, positive: bool) -> Lit {
        Lit { var: self.arena.slice.order[bit], positive }
    }

    /// What is known, and besides a literal of each clause; nothing when there is no such state.
    fn satisfy(&self, closure: Closure, clauses: &[Clause]) -> Option<Closure> {
        let Some((clause, others)) = clauses.split_first() else { return Some(closure) };
        let lits =
            || clause.lits.iter().filter_map(|lit| lit.bit_number()).map(|(bit, value)| self.lit(bit, value));
        if lits().any(|lit| closure.value(lit.var) == Some(lit.positive)) {
            return self.satisfy(closure, others);
        }
        lits().find_map(|lit| {
            let mut with = closure.clone();
            if self.pairs.add(&mut with, lit) { self.satisfy(with, others) } else { None }
        })
    }

    /// A state with what is known in which as little as may be is so.
    fn emptiest(&self, mut closure: Closure) -> Bits<W> {
        let mut state = Bits::EMPTY;
        for (bit, var) in self.arena.slice.order.iter().enumerate() {
            let value = closure.value(*var).unwrap_or_else(|| {
                let mut without = closure.clone();
                let may = self.pairs.add(&mut without, Lit { var: *var, positive: false });
                if may {
                    closure = without;
                } else {
                    self.pairs.add(&mut closure, Lit { var: *var, positive: true });
                }
                !may
            });
            state.put(bit, value);
        }
        state
    }

    /// Truths as a region wants them, the others false where they may be; nothing when they cannot be so together.
    fn truth(&self, region: &Region) -> Option<Vec<bool>> {
        let mut values: Vec<Option<bool>> = vec![None; self.n_truths];
        let given = region.iter().filter_map(|(key, value)| match key {
            Key::Truth(number) => Some((*number, *value)),
            Key::Bit(_) => None,
        });
        for (number, value) in given {
            self.settle(&mut values, number, value).then_some(())?;
        }
        for number in 0..self.n_truths {
            if values[number].is_none() {
                let mut without = values.clone();
                if self.settle(&mut without, number, false) {
                    values = without;
                } else {
                    self.settle(&mut values, number, true).then_some(())?;
                }
            }
        }
        Some(values.into_iter().map(|value| value == Some(true)).collect())
    }

    fn settle(&self, values: &mut [Option<bool>], number: usize, value: bool) -> bool {
        let mut waiting = vec![(number, value)];
        while let Some((number, value)) = waiting.pop() {
            match values[number] {
                Some(known) if known == value => continue,
                Some(_) => return false,
                None => values[number] = Some(value),
            }
            for (a, b, signs) in &self.clashes {
                if (number, value) == (*a, signs.0) {
                    waiting.push((*b, !signs.1));
                } else if (number, value) == (*b, signs.1) {
                    waiting.push((*a, !signs.0));
                }
            }
        }
        true
    }

    /// What a way needs of the state and the truths it was found for; nothing when it is not sure to work even there.
    fn cover(
        &mut self,
        stage: &Stage<W>,
        goal: &Step<W>,
        way: Way,
        state: Bits<W>,
        truth: &[bool],
        region: &Region,
    ) -> Option<Region> {
        let value = |key: Key| match key {
            Key::Bit(bit) => (key, state.get(bit)),
            Key::Truth(number) => (key, truth[number]),
        };
        let touched = self.touched(&way, goal);
        let keys = (0..self.n_truths).map(Key::Truth).chain(touched.ones().map(Key::Bit));
        let mut left: Region = keys.map(value).filter(|literal| !region.contains(literal)).collect();
        let mut cover: Region = region.clone();
        let enough = |given: &[(Key, bool)]| self.enough(stage, goal, &way, given);
        // The first so many of the rest are enough, one less is not: the last of them is needed.
        while !enough(&cover) {
            if !enough(&[&cover[..], &left[..]].concat()) {
                return None;
            }
            let (mut few, mut many) = (0, left.len());
            while few + 1 < many {
                let middle = few.midpoint(many);
                if enough(&[&cover[..], &left[..middle]].concat()) { many = middle } else { few = middle }
            }
            left.truncate(many);
            cover.extend(left.pop());
        }
        // Of what the region says, not all is needed for every way.
        for literal in region {
            let without: Region = cover.iter().filter(|one| *one != literal).copied().collect();
            if enough(&without) {
                cover = without;
            }
        }
        self.covers.push(cover.clone());
        self.ways.push((state, way));
        Some(cover)
    }

    /// Whether a way leads to the goal wherever these are so.
    fn enough(&self, stage: &Stage<W>, goal: &Step<W>, way: &Way, given: &[(Key, bool)]) -> bool {
        let Some(closure) = self.closure(given) else { return true };
        let mut start = Partial { known: Bits::EMPTY, value: Bits::EMPTY };
        for lit in closure.known() {
            if let Some(bit) = self.arena.dense(lit.var) {
                start.known.put(bit, true);
                start.value.put(bit, lit.positive);
            }
        }
        let free = |number: usize| !given.iter().any(|(key, _)| *key == Key::Truth(number));
        works(&self.arena, way, goal, start, &stage.kept, &free)
    }

    /// The bits a way reads or may lose.
    fn touched(&self, way: &Way, goal: &Step<W>) -> Bits<W> {
        let mut touched = Bits::<W>::EMPTY;
        let mut note = |lit: Dense| {
            if let Some((bit, _)) = lit.bit_number() {
                touched.put(bit, true);
            }
        };
        for step in way.iter().map(|(place, _)| &self.arena.slice.steps[*place]).chain([goal]) {
            step.clauses().flat_map(|clause| &clause.lits).for_each(|lit| note(*lit));
            step.writes.iter().for_each(|(_, shape, _)| shape.lits(&mut note));
            step.falls.touched().0.ones().for_each(|bit| note(Dense::bit(bit, true)));
        }
        touched
    }
}

/// What a region leaves when a cover is taken out of it.
fn rest(region: &Region, cover: &Region) -> Vec<Region> {
    let new: Vec<(Key, bool)> = cover.iter().filter(|literal| !region.contains(literal)).copied().collect();
    let mut parts = Vec::new();
    for (place, (key, value)) in new.iter().enumerate() {
        let mut part = region.clone();
        part.extend(&new[..place]);
        part.push((*key, !value));
        parts.push(part);
    }
    parts
}

/// Truths of the same act that cannot be so together: `x > 5` and not `x > 3`.
fn clashes<const W: usize>(arena: &Arena<'_, '_, W>, truths: &[(usize, Var)]) -> Vec<Clash> {
    let atom = |var: Var| match arena.machine.names.input_at(var) {
        Some(Input::Atom(node)) if var >= INPUT => Some(node),
        _ => None,
    };
    let mut found = Vec::new();
    for (a, (seat, var)) in truths.iter().enumerate() {
        for (b, (other_seat, other)) in truths.iter().enumerate().skip(a + 1) {
            if seat == other_seat
                && let (Some(one), Some(other)) = (atom(*var), atom(*other))
            {
                found.extend(impossible(one, other).into_iter().map(|signs| (a, b, signs)));
            }
        }
    }
    found
}
