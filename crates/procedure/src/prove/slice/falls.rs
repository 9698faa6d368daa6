//! What falls at a move: the edges along which reliance carries a fall, and what a seat takes with it.

use crate::prove::bits::Bits;
use crate::prove::machine::{Bit, Kind, Machine, Move, Relied, Var};

use super::compile::{Compiler, Inputs, TooWide};

/// More ways in which a reopening may make acts fall are not followed.
const N_NAMED_MAX: usize = 1 << 14;

/// Whether an edge carries a fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cond {
    /// It does.
    Sure,
    /// It does when this bit is set.
    Bit(usize),
    /// It may.
    Doubt,
}

/// From where a fall comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// The act is done again; when an input is named, only if it is set.
    Renewed(Option<usize>),
    /// The move ends or voids it.
    Named,
    /// Another seat fell.
    Seat(usize),
}

#[derive(Debug, Clone)]
struct Edge {
    from: From,
    to: usize,
    cond: Cond,
    /// It may be another occurrence of the same act that falls.
    loose: bool,
    /// It carries on to what relied on it.
    cascades: bool,
}

#[derive(Debug, Clone)]
struct Local<const W: usize> {
    seat: usize,
    clear: Bits<W>,
    stands: Bits<W>,
    multi: bool,
    named: bool,
}

/// What may fall at a move.
#[derive(Debug, Clone)]
pub struct Falls<const W: usize> {
    locals: Vec<Local<W>>,
    edges: Vec<Edge>,
    /// Forgotten bits on which a fall depends.
    pub doubts: Vec<Var>,
}

/// Which seats fell or ended, and which were spared in a case of doubt.
#[derive(Debug, Clone, Copy)]
pub struct Marks<const W: usize> {
    /// Fell or ended.
    pub gone: u128,
    ended: u128,
    spared: u128,
    cleared: Bits<W>,
    /// What the act's own renewal makes fall is done; what it names comes next.
    renewed: bool,
    /// Nothing but reliance carries falls on.
    passing: bool,
}

impl<const W: usize> Default for Falls<W> {
    fn default() -> Falls<W> {
        Falls { locals: Vec::new(), edges: Vec::new(), doubts: Vec::new() }
    }
}

impl<const W: usize> Falls<W> {
    /// What may fall at a move, as far as kept bits are touched.
    pub fn of(compiler: &Compiler<'_, '_>, one: &Move, inputs: &mut Inputs) -> Result<Falls<W>, TooWide> {
        let machine = compiler.machine;
        let own = match one.kind {
            Kind::Act(seat, _) => seat,
            Kind::Clock(..) => return Ok(Falls::default()),
        };
        let mut falls = Falls::default();
        let mut waiting = Vec::new();
        if one.replaces {
            falls.follow(compiler, own, None, inputs, &mut waiting);
        }
        for hit in &one.hits {
            let cond = match hit.when {
                None => Cond::Sure,
                Some(bit) => falls.cond(compiler, bit),
            };
            let loose = machine.seats[hit.seat].multi && hit.when.is_some();
            let to = falls.local(compiler, hit.seat);
            if hit.cascades && !falls.edges.iter().any(|edge| edge.to == to && edge.cascades) {
                waiting.push(hit.seat);
            }
            falls.edges.push(Edge { from: From::Named, to, cond, loose, cascades: hit.cascades });
        }
        if one.reopens {
            for seat in (0..machine.seats.len()).filter(|seat| *seat != own) {
                let to = falls.local(compiler, seat);
                if !falls.locals[to].clear.is_empty() {
                    waiting.push(seat);
                }
            }
        }
        let mut done = vec![false; machine.seats.len()];
        while let Some(seat) = waiting.pop() {
            if !std::mem::replace(&mut done[seat], true) {
                falls.follow(compiler, seat, Some(own), inputs, &mut waiting);
            }
        }
        if falls.locals.len() > 128 {
            return Err(TooWide);
        }
        falls.prune();
        Ok(falls)
    }

    fn cond(&mut self, compiler: &Compiler<'_, '_>, bit: Var) -> Cond {
        match compiler.dense(bit) {
            Some(bit) => Cond::Bit(bit),
            None => {
                self.doubts.push(bit);
                Cond::Doubt
            }
        }
    }

    fn local(&mut self, compiler: &Compiler<'_, '_>, seat: usize) -> usize {
        if let Some(known) = self.locals.iter().position(|local| local.seat == seat) {
            return known;
        }
        let machine = compiler.machine;
        let (mut clear, mut stands) = (Bits::EMPTY, Bits::EMPTY);
        for var in &machine.seats[seat].clear {
            if let Some(bit) = compiler.dense(*var) {
                clear.put(bit, true);
                if matches!(machine.names.bits[*var as usize], Bit::Stands(..)) {
                    stands.put(bit, true);
                }
            }
        }
        self.locals.push(Local { seat, clear, stands, multi: machine.seats[seat].multi, named: false });
        self.locals.len() - 1
    }

    /// The edges to what relied on a seat: on the act itself when it is done again, else on one that fell.
    fn follow(
        &mut self,
        compiler: &Compiler<'_, '_>,
        target: usize,
        own: Option<usize>,
        inputs: &mut Inputs,
        waiting: &mut Vec<usize>,
    ) {
        let machine = compiler.machine;
        for dep in machine.heirs[target].iter().map(|dep| &machine.deps[*dep]) {
            let owner = &machine.seats[dep.owner];
            let same = own.unwrap_or(target) == dep.owner && !owner.multi;
            if !crate::prove::machine::may_fall(owner.nature) || same || !compiler.useful[dep.owner] {
                continue;
            }
            // Nothing in it can differ.
            if own.is_none() && machine.seats[target].plain && !dep.always && dep.differs.is_none() {
                continue;
            }
            let cond = match dep.relied {
                Relied::Certain => Cond::Sure,
                Relied::Bit(bit) => self.cond(compiler, bit),
                Relied::Guess => Cond::Doubt,
            };
            let from = match own {
                Some(_) => From::Seat(self.local(compiler, target)),
                None if dep.always => From::Renewed(None),
                None => {
                    let input = dep.differs.unwrap_or(machine.changed);
                    From::Renewed(Some(inputs.of(input)))
                }
            };
            let exact = matches!(dep.relied, Relied::Certain) && !machine.seats[target].multi;
            let loose = owner.multi && !exact || machine.seats[target].multi && own.is_some();
            let to = self.local(compiler, dep.owner);
            self.edges.push(Edge { from, to, cond, loose, cascades: true });
            waiting.push(dep.owner);
        }
    }

    /// Leaves out edges along which nothing kept is reached.
    fn prune(&mut self) {
        let mut matters: Vec<bool> = self.locals.iter().map(|local| !local.clear.is_empty()).collect();
        loop {
            let before = matters.clone();
            for edge in &self.edges {
                if let From::Seat(from) = edge.from {
                    matters[from] |= matters[edge.to];
                }
            }
            if before == matters {
                break;
            }
        }
        self.edges.retain(|edge| matters[edge.to]);
    }

    /// The seats as a mask over those that may fall here.
    pub fn locals(&self, seats: &[usize]) -> u128 {
        let numbers = self.locals.iter().enumerate().filter(|(_, local)| seats.contains(&local.seat));
        numbers.map(|(at, _)| 1u128 << at).sum()
    }

    /// Lets every seat be named that takes one of these bits with it.
    pub fn name(&mut self, negative: &Bits<W>) {
        for local in &mut self.locals {
            local.named = local.clear.meets(negative);
        }
    }

    /// Every way in which the falls may come out.
    pub fn settle(&self, state: &Bits<W>, inputs: u64, out: &mut dyn FnMut(&Marks<W>)) {
        let marks =
            Marks { gone: 0, ended: 0, spared: 0, cleared: Bits::EMPTY, renewed: false, passing: false };
        if self.edges.is_empty() { out(&marks) } else { self.run(state, inputs, marks, out) }
    }

    fn run(&self, state: &Bits<W>, inputs: u64, mut marks: Marks<W>, out: &mut dyn FnMut(&Marks<W>)) {
        loop {
            let mut moved = false;
            for edge in &self.edges {
                let Some(doubt) = self.carries(edge, state, inputs, &marks) else { continue };
                let to = 1u128 << edge.to;
                if doubt {
                    self.fork(edge, state, inputs, &marks, out);
                    marks.spared |= to;
                } else {
                    self.fell(edge, &mut marks);
                }
                moved = true;
            }
            if !moved && marks.renewed {
                break;
            }
            // What the renewal carries comes first, then what the move names.
            marks.renewed |= !moved;
        }
        out(&marks);
    }

    fn fell(&self, edge: &Edge, marks: &mut Marks<W>) {
        marks.gone |= 1u128 << edge.to;
        if !edge.cascades {
            marks.ended |= 1u128 << edge.to;
        }
    }

    /// Whether the edge now carries a fall, and whether that is in doubt.
    fn carries(&self, edge: &Edge, state: &Bits<W>, inputs: u64, marks: &Marks<W>) -> Option<bool> {
        let to = 1u128 << edge.to;
        let mut doubt = edge.loose;
        let begun = match edge.from {
            From::Renewed(input) => !marks.passing && input.is_none_or(|input| inputs >> input & 1 == 1),
            From::Named => !marks.passing && marks.renewed,
            From::Seat(from) => {
                let from_bit = 1u128 << from;
                let fell = marks.gone & from_bit != 0 && marks.ended & from_bit == 0;
                // One of several occurrences may have fallen though the act stands on.
                let partly = self.locals[from].multi && marks.spared & from_bit != 0 && !fell;
                doubt |= partly;
                fell || partly
            }
        };
        if !begun || marks.gone & to != 0 {
            return None;
        }
        match edge.cond {
            Cond::Sure => {}
            Cond::Bit(bit) if state.get(bit) => {}
            Cond::Bit(_) => return None,
            Cond::Doubt => doubt = true,
        }
        (!doubt || marks.spared & to == 0).then_some(doubt)
    }

    fn fork(
        &self,
        edge: &Edge,
        state: &Bits<W>,
        inputs: u64,
        marks: &Marks<W>,
        out: &mut dyn FnMut(&Marks<W>),
    ) {
        let mut falls = *marks;
        self.fell(edge, &mut falls);
        self.run(state, inputs, falls, out);
        let local = &self.locals[edge.to];
        let standing: Vec<usize> = local.stands.ones().filter(|bit| state.get(*bit)).collect();
        if !local.multi || standing.len() < 2 || standing.len() > 6 {
            return;
        }
        // Some occurrences fall, with their outcomes; others stand on.
        for subset in 1..(1u32 << standing.len()) - 1 {
            let mut partly = *marks;
            partly.spared |= 1u128 << edge.to;
            for (place, bit) in standing.iter().enumerate() {
                if subset >> place & 1 == 1 {
                    partly.cleared.put(*bit, true);
                }
            }
            self.run(state, inputs, partly, out);
        }
    }

    /// Clears what went with the seats that are gone.
    pub fn clear(&self, state: &mut Bits<W>, marks: &Marks<W>) {
        if marks.gone != 0 {
            for (at, local) in self.locals.iter().enumerate() {
                if marks.gone >> at & 1 == 1 {
                    state.clear(&local.clear);
                }
            }
        }
        state.clear(&marks.cleared);
    }

    /// Every further state when any seats may be named to fall, one after another. Returns whether that was all.
    pub fn each_named(&self, state: Bits<W>, out: &mut dyn FnMut(Bits<W>)) -> bool {
        if !self.locals.iter().any(|local| local.named) {
            return true;
        }
        let mut seen = rustc_hash::FxHashSet::default();
        seen.insert(state);
        let mut waiting = vec![state];
        while let Some(state) = waiting.pop() {
            for at in 0..self.locals.len() {
                if !self.locals[at].named || !self.locals[at].clear.meets(&state) {
                    continue;
                }
                let gone = 1u128 << at;
                let marks =
                    Marks { gone, ended: 0, spared: 0, cleared: Bits::EMPTY, renewed: true, passing: true };
                let mut found = Vec::new();
                self.run(&state, 0, marks, &mut |marks| {
                    let mut next = state;
                    self.clear(&mut next, marks);
                    found.push(next);
                });
                for next in found {
                    if seen.insert(next) {
                        out(next);
                        waiting.push(next);
                    }
                }
                if seen.len() > N_NAMED_MAX {
                    return false;
                }
            }
        }
        true
    }
}

/// Which seats take a kept bit with them, themselves or by those that rely on them.
pub fn useful_seats(machine: &Machine<'_>, kept: impl Fn(Var) -> bool) -> Vec<bool> {
    let mut useful: Vec<bool> =
        machine.seats.iter().map(|seat| seat.clear.iter().any(|var| kept(*var))).collect();
    loop {
        let before = useful.clone();
        for dep in &machine.deps {
            if crate::prove::machine::may_fall(machine.seats[dep.owner].nature) {
                useful[dep.target] |= useful[dep.owner];
            }
        }
        if before == useful {
            return useful;
        }
    }
}
