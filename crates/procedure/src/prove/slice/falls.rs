//! What falls at a move: the edges along which reliance carries a fall, and what a seat takes with it.

mod known;

use crate::prove::bits::Bits;
use crate::prove::machine::{Bit, Kind, Machine, Move, Relied, Var};

use super::compile::{Compiler, Inputs, TooWide};

/// A replay follows no more ways in which a reopening may make acts fall.
const N_NAMED_MAX: usize = 1 << 12;

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
    /// Standing with some outcomes is standing with more.
    within: Vec<(usize, usize)>,
    multi: bool,
    /// A reopening may name it.
    named: bool,
    /// What is lost by its fall and by those that may fall with it.
    reach: Bits<W>,
    /// Of that, what is read negatively: only then can its fall make anything possible.
    risk: Bits<W>,
    /// Whether what the move writes depends on its fall.
    watched: bool,
}

/// What may fall at a move.
#[derive(Debug, Clone)]
pub struct Falls<const W: usize> {
    locals: Vec<Local<W>>,
    edges: Vec<Edge>,
    /// Edges of the move itself, and those from each seat.
    begin: Vec<usize>,
    onward: Vec<Vec<usize>>,
    /// Forgotten bits on which a fall depends.
    pub doubts: Vec<Var>,
    /// Everything that may be lost.
    pub lost: Vec<usize>,
}

/// Which seats fell or ended, and which were spared in a case of doubt.
#[derive(Debug, Clone, Copy)]
pub struct Marks<const W: usize> {
    /// Fell or ended.
    pub gone: u128,
    ended: u128,
    spared: u128,
    cleared: Bits<W>,
    /// Seats whose edges are still to be followed.
    pending: u128,
    /// What the act's own renewal makes fall is done; what it names comes next.
    renewed: bool,
    /// Nothing but reliance carries falls on.
    passing: bool,
}

impl<const W: usize> Default for Falls<W> {
    fn default() -> Falls<W> {
        Falls {
            locals: Vec::new(),
            edges: Vec::new(),
            begin: Vec::new(),
            onward: Vec::new(),
            doubts: Vec::new(),
            lost: Vec::new(),
        }
    }
}

impl<const W: usize> Falls<W> {
    /// What may fall at a move, as far as kept bits are touched.
    pub fn of(compiler: &Compiler<'_, '_>, one: &Move, inputs: &mut Inputs) -> Result<Falls<W>, TooWide> {
        let machine = compiler.machine;
        let own = match one.kind {
            Kind::Act(seat, _) => seat,
            Kind::Clock(..) | Kind::Look => return Ok(Falls::default()),
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
                if machine.seats[seat].clear.iter().any(|var| compiler.dense(*var).is_some()) {
                    falls.local(compiler, seat);
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
        falls.order();
        falls.lost = falls.touched().1.ones().collect();
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
        let within = if machine.seats[seat].multi { within(compiler, seat) } else { Vec::new() };
        self.locals.push(Local {
            seat,
            clear,
            stands,
            within,
            multi: machine.seats[seat].multi,
            named: false,
            reach: clear,
            risk: clear,
            watched: false,
        });
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

    /// Sorts the edges by where they begin, and finds out what each seat may take along.
    fn order(&mut self) {
        self.onward = vec![Vec::new(); self.locals.len()];
        for (at, edge) in self.edges.iter().enumerate() {
            match edge.from {
                From::Seat(from) => self.onward[from].push(at),
                From::Renewed(_) | From::Named => self.begin.push(at),
            }
        }
        self.spread(|local| &mut local.reach);
    }

    /// Adds to what is said of each seat what is said of those that may fall with it.
    fn spread(&mut self, of: impl Fn(&mut Local<W>) -> &mut Bits<W>) {
        loop {
            let mut moved = false;
            for edge in &self.edges {
                let From::Seat(from) = edge.from else { continue };
                let more = *of(&mut self.locals[edge.to]);
                moved |= of(&mut self.locals[from]).add(&more);
            }
            if !moved {
                return;
            }
        }
    }

    /// Says that what the move writes depends on the fall of these.
    pub fn watch(&mut self, seats: u128) {
        for (at, local) in self.locals.iter_mut().enumerate() {
            local.watched = seats >> at & 1 == 1;
        }
        loop {
            let mut moved = false;
            for edge in &self.edges {
                if let From::Seat(from) = edge.from
                    && self.locals[edge.to].watched
                    && !self.locals[from].watched
                {
                    self.locals[from].watched = true;
                    moved = true;
                }
            }
            if !moved {
                return;
            }
        }
    }

    /// The seats as a mask over those that may fall here.
    pub fn locals(&self, seats: &[usize]) -> u128 {
        let numbers = self.locals.iter().enumerate().filter(|(_, local)| seats.contains(&local.seat));
        numbers.map(|(at, _)| 1u128 << at).sum()
    }

    /// Lets every seat be named, by a move that may name any, that takes one of these bits with it; and leaves out
    /// doubtful falls that take none of them along. The bits are those that are read negatively: a state in which more
    /// stands can do everything that one can do in which less stands.
    pub fn name(&mut self, negative: &Bits<W>, reopens: bool) {
        for local in &mut self.locals {
            local.risk = local.clear.common(negative);
            local.named = reopens && !local.risk.is_empty();
        }
        self.spread(|local| &mut local.risk);
    }

    /// Every way in which the falls may come out.
    pub fn settle(&self, state: &Bits<W>, inputs: u64, out: &mut dyn FnMut(&Marks<W>)) {
        let marks = Marks {
            gone: 0,
            ended: 0,
            spared: 0,
            cleared: Bits::EMPTY,
            pending: 0,
            renewed: false,
            passing: false,
        };
        if self.begin.is_empty() { out(&marks) } else { self.run(state, inputs, marks, out) }
    }

    fn run(&self, state: &Bits<W>, inputs: u64, mut marks: Marks<W>, out: &mut dyn FnMut(&Marks<W>)) {
        if !marks.passing {
            self.pass(&self.begin, state, inputs, &mut marks, out);
        }
        loop {
            while marks.pending != 0 {
                let at = marks.pending.trailing_zeros() as usize;
                self.pass(&self.onward[at], state, inputs, &mut marks, out);
                marks.pending &= !(1u128 << at);
            }
            if marks.renewed {
                break;
            }
            // What the renewal carries comes first, then what the move names.
            marks.renewed = true;
            self.pass(&self.begin, state, inputs, &mut marks, out);
        }
        out(&marks);
    }

    /// Follows some edges; where one is in doubt, the other case is run to its end.
    fn pass(
        &self,
        edges: &[usize],
        state: &Bits<W>,
        inputs: u64,
        marks: &mut Marks<W>,
        out: &mut dyn FnMut(&Marks<W>),
    ) {
        for edge in edges.iter().map(|edge| &self.edges[*edge]) {
            let Some(doubt) = self.carries(edge, state, inputs, marks) else { continue };
            if doubt {
                self.fork(edge, state, inputs, marks, out);
                marks.spared |= 1u128 << edge.to;
                if self.locals[edge.to].multi {
                    marks.pending |= 1u128 << edge.to;
                }
            } else {
                self.fell(edge, marks);
            }
        }
    }

    fn fell(&self, edge: &Edge, marks: &mut Marks<W>) {
        let to = 1u128 << edge.to;
        marks.gone |= to;
        if edge.cascades {
            marks.pending |= to;
        } else {
            marks.ended |= to;
        }
    }

    /// Whether the edge now carries a fall, and whether that is in doubt.
    fn carries(&self, edge: &Edge, state: &Bits<W>, inputs: u64, marks: &Marks<W>) -> Option<bool> {
        let to = 1u128 << edge.to;
        let local = &self.locals[edge.to];
        if marks.gone & to != 0 || !(local.watched || local.reach.meets(state)) {
            return None;
        }
        let mut doubt = edge.loose;
        let begun = match edge.from {
            From::Renewed(input) => input.is_none_or(|input| inputs >> input & 1 == 1),
            From::Named => marks.renewed,
            From::Seat(from) => {
                let from_bit = 1u128 << from;
                let fell = marks.gone & from_bit != 0 && marks.ended & from_bit == 0;
                // One of several occurrences may have fallen though the act stands on.
                let partly = self.locals[from].multi && marks.spared & from_bit != 0 && !fell;
                doubt |= partly;
                fell || partly
            }
        };
        if !begun {
            return None;
        }
        match edge.cond {
            Cond::Sure => {}
            Cond::Bit(bit) if state.get(bit) => {}
            Cond::Bit(_) => return None,
            Cond::Doubt => doubt = true,
        }
        let forks = marks.spared & to == 0 && (local.watched || local.risk.meets(state));
        (!doubt || forks).then_some(doubt)
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
            let falls = |bit: usize| {
                standing.iter().position(|one| *one == bit).is_some_and(|at| subset >> at & 1 == 1)
            };
            if local.within.iter().any(|(one, whole)| state.get(*one) && !falls(*one) && falls(*whole)) {
                continue;
            }
            let mut partly = *marks;
            partly.spared |= 1u128 << edge.to;
            partly.pending |= 1u128 << edge.to;
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

    /// Whether anything may be named to fall.
    pub fn names_any(&self) -> bool {
        self.locals.iter().any(|local| local.named)
    }

    /// Every further state when one more seat is named to fall.
    pub fn name_one(&self, state: &Bits<W>, out: &mut dyn FnMut(Bits<W>)) {
        for (at, local) in self.locals.iter().enumerate() {
            if !local.named || !local.clear.meets(state) {
                continue;
            }
            let gone = 1u128 << at;
            let marks = Marks {
                gone,
                ended: 0,
                spared: 0,
                cleared: Bits::EMPTY,
                pending: gone,
                renewed: true,
                passing: true,
            };
            self.run(state, 0, marks, &mut |marks| {
                let mut next = *state;
                self.clear(&mut next, marks);
                out(next);
            });
        }
    }

    /// Every further state when any seats are named to fall, up to a bound.
    pub fn name_many(&self, state: Bits<W>, out: &mut dyn FnMut(Bits<W>)) {
        let mut seen = rustc_hash::FxHashSet::default();
        seen.insert(state);
        let mut waiting = vec![state];
        while let Some(state) = waiting.pop() {
            self.name_one(&state, &mut |next| {
                if seen.len() < N_NAMED_MAX && seen.insert(next) {
                    out(next);
                    waiting.push(next);
                }
            });
        }
    }
}

/// Bits that say that an act stands, each with one that says so of more outcomes.
fn within(compiler: &Compiler<'_, '_>, seat: usize) -> Vec<(usize, usize)> {
    let machine = compiler.machine;
    let stands =
        machine.seats[seat].clear.iter().filter_map(|var| match &machine.names.bits[*var as usize] {
            Bit::Stands(_, pattern) => Some((compiler.dense(*var)?, &pattern.outcomes)),
            _ => None,
        });
    let stands: Vec<_> = stands.collect();
    let mut found = Vec::new();
    for (bit, few) in &stands {
        for (whole, more) in stands.iter().filter(|(whole, _)| whole != bit) {
            if more.is_empty() || !few.is_empty() && few.iter().all(|outcome| more.contains(outcome)) {
                found.push((*bit, *whole));
            }
        }
    }
    found
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
