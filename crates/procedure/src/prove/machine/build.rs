//! Builds the machine of a procedure.

use std::collections::BTreeSet;

use lawbook::Lawbook;
use lawbook::model::{ActIx, Again, Procedure};
use rustc_hash::FxHashMap;

use super::conditions::Conditions;
use super::guards::Builder;
use super::names::Names;
use super::{Kind, Machine, Move, Seat};

impl<'a> Machine<'a> {
    /// The machine of a procedure.
    pub fn of(book: &'a Lawbook, procedure: &'a Procedure) -> Machine<'a> {
        let mut builder = Builder {
            conditions: Conditions { book, procedure, names: Names::default() },
            seats: Vec::new(),
            seat_of: FxHashMap::default(),
            deps: Vec::new(),
            dep_of: FxHashMap::default(),
            moves: Vec::new(),
            ended: ended(procedure),
            rule_goals: Vec::new(),
            set_goals: Vec::new(),
        };
        for at in 0..procedure.acts.len() {
            let act = ActIx(at as u16);
            let def = procedure.def(act);
            for part in Builder::parts(procedure, act) {
                builder.seat_of.insert((act, part), builder.seats.len());
                let multi = def.again == Again::Adds;
                let plain = def.substance.is_empty() && def.outcomes.len() < 2;
                builder.seats.push(Seat { act, part, multi, nature: def.nature, plain, clear: Vec::new() });
            }
        }
        builder.add_moves();
        builder.add_rules();
        builder.add_sets();
        builder.name_changes();
        builder.add_writes();
        builder.add_logic();
        let look = builder.moves.len();
        builder.moves.push(Move {
            kind: Kind::Look,
            gates: Vec::new(),
            writes: Vec::new(),
            hits: Vec::new(),
            replaces: false,
            reopens: false,
            relied: Vec::new(),
        });
        let changed = builder.conditions.names.input(super::Input::Changed);
        let n_bits = builder.conditions.names.bits.len();
        let mut machine = Machine {
            book,
            procedure,
            names: builder.conditions.names,
            seats: builder.seats,
            deps: builder.deps,
            moves: builder.moves,
            rule_goals: builder.rule_goals,
            set_goals: builder.set_goals,
            writers: vec![Vec::new(); n_bits],
            changed,
            look,
            heirs: Vec::new(),
            seat_of: builder.seat_of,
            assumes: assumes(procedure),
        };
        machine.heirs = vec![Vec::new(); machine.seats.len()];
        for (at, dep) in machine.deps.iter().enumerate() {
            machine.heirs[dep.target].push(at);
        }
        machine.find_writers();
        machine
    }

    /// Who may write a bit: by its own writing, or by making a seat fall that takes the bit with it.
    fn find_writers(&mut self) {
        let mut fallers: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.seats.len()];
        for at in 0..self.moves.len() {
            for seat in self.fallen_by(at) {
                fallers[seat].insert(at);
            }
        }
        let mut writers: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.names.bits.len()];
        for (at, one) in self.moves.iter().enumerate() {
            for write in &one.writes {
                writers[write.bit as usize].insert(at);
            }
        }
        for (seat, fallers) in self.seats.iter().zip(&fallers) {
            for bit in &seat.clear {
                writers[*bit as usize].extend(fallers);
            }
        }
        self.writers = writers.into_iter().map(|set| set.into_iter().collect()).collect();
    }

    /// Every seat that may fall or end at a move.
    fn fallen_by(&self, at: usize) -> BTreeSet<usize> {
        let one = &self.moves[at];
        if one.reopens {
            return (0..self.seats.len()).collect();
        }
        let mut found: BTreeSet<usize> = one.hits.iter().map(|hit| hit.seat).collect();
        let mut waiting: Vec<usize> =
            one.hits.iter().filter(|hit| hit.cascades).map(|hit| hit.seat).collect();
        if let Kind::Act(seat, _) = one.kind
            && one.replaces
        {
            waiting.push(seat);
        }
        while let Some(target) = waiting.pop() {
            for dep in self.heirs[target].iter().map(|dep| &self.deps[*dep]) {
                if super::may_fall(self.seats[dep.owner].nature) && found.insert(dep.owner) {
                    waiting.push(dep.owner);
                }
            }
        }
        found
    }
}

/// Acts that may stop standing while what relied on them stands on: ended by a counter-act, or by a reopening.
fn ended(procedure: &Procedure) -> BTreeSet<ActIx> {
    let named = procedure.acts.iter().flat_map(|act| &act.ends).map(|pattern| pattern.act);
    let closing =
        procedure.acts.iter().enumerate().filter(|(_, act)| act.closes).map(|(at, _)| ActIx(at as u16));
    named.chain(closing).collect()
}

/// What lies outside the proof, for people.
fn assumes(procedure: &Procedure) -> Vec<String> {
    let mut found = vec!["未计入：外来记录（happened）".to_owned()];
    if procedure.acts.iter().any(|act| act.adopts) {
        found.push("未计入：引入的环节，其关口在原事项中已查".to_owned());
    }
    if procedure.acts.iter().any(|act| act.corrects) {
        found.push("未计入：更正后事实的改变".to_owned());
    }
    found
}
