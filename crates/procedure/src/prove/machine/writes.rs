//! What each move does to each bit.

use lawbook::condition::node::{ActPattern, Node, Reset};
use lawbook::model::{ActIx, Again, Counts, FactIx, LimitIx, OutcomeIx, Procedure};

use super::conditions::{Asked, Rails};
use super::formula::{Formula, Var};
use super::guards::Builder;
use super::names::{Atom, Bit, Input, Part};
use super::normal::{about_self, reads};
use super::{Gate, Kind, Move, Origin, Write};

/// An act as a move does it.
#[derive(Clone, Copy)]
struct Doing {
    at: usize,
    act: ActIx,
    part: Part,
    outcome: Option<OutcomeIx>,
}

impl Doing {
    fn matches(&self, pattern: &ActPattern) -> bool {
        Procedure::matches(pattern, self.act, self.outcome)
    }

    /// Whether what happens here is seen by a bit of that part.
    fn touches(&self, part: Part) -> bool {
        self.part == part || part == Part::Main || self.part == Part::Main
    }
}

impl Builder<'_> {
    /// Says of every bit who writes it. New bits may be named meanwhile; they are treated too.
    pub fn add_writes(&mut self) {
        let mut var = 0;
        while (var as usize) < self.conditions.names.bits.len() {
            let bit = self.conditions.names.bits[var as usize].clone();
            self.clear_with(var, &bit);
            if let Bit::Over(part, limit) = &bit {
                self.add_clock(*part, *limit, var);
            }
            for at in 0..self.moves.len() {
                let Kind::Act(seat, outcome) = self.moves[at].kind else { continue };
                let doing = Doing { at, act: self.seats[seat].act, part: self.seats[seat].part, outcome };
                self.write(doing, var, &bit);
            }
            var += 1;
        }
    }

    fn add_clock(&mut self, part: Part, limit: LimitIx, over: Var) {
        let started = self.conditions.names.yes(Bit::Started(part, limit));
        let gates =
            started.cnf().into_iter().map(|clause| Gate { clause, origin: Origin::BuiltIn }).collect();
        self.moves.push(Move {
            kind: Kind::Clock(limit, part),
            gates,
            writes: vec![Write { bit: over, to: Formula::Const(true), unless: Vec::new() }],
            hits: Vec::new(),
            replaces: false,
            reopens: false,
            relied: Vec::new(),
        });
    }

    /// Which seats take the bit with them when they fall. What other strands may say is never taken back.
    fn clear_with(&mut self, var: Var, bit: &Bit) {
        let seats: Vec<(ActIx, Part)> = match bit {
            Bit::Stands(part, pattern) => vec![(pattern.act, *part)],
            Bit::True(part, fact) | Bit::False(part, fact) => {
                vec![(self.conditions.procedure.facts[fact.at()].on, *part)]
            }
            Bit::Holds(part, atom) | Bit::Fails(part, atom) => {
                let standing = self.conditions.names.atoms[*atom as usize].standing.clone();
                standing.into_iter().map(|act| (act, self.home(act, *part))).collect()
            }
            Bit::Relied(dep) => {
                let dep = &self.deps[*dep as usize];
                [dep.owner, dep.target].map(|seat| (self.seats[seat].act, self.seats[seat].part)).to_vec()
            }
            Bit::Occurred(..)
            | Bit::Since(..)
            | Bit::Last(..)
            | Bit::First(..)
            | Bit::WasTrue(..)
            | Bit::WasFalse(..)
            | Bit::Fixed(..)
            | Bit::Started(..)
            | Bit::Over(..)
            | Bit::Opened(_) => Vec::new(),
        };
        let sticky = super::part_of(bit).is_some_and(Part::is_other);
        for (act, part) in seats.into_iter().filter(|_| !sticky) {
            if let Some(seat) = self.seat_of.get(&(act, part)).copied()
                && !part.is_other()
                && !self.seats[seat].clear.contains(&var)
            {
                self.seats[seat].clear.push(var);
            }
        }
    }

    /// Where the act happens that a condition in a part reads.
    fn home(&self, act: ActIx, from: Part) -> Part {
        if self.conditions.procedure.def(act).strand.is_some() { from } else { Part::Main }
    }

    fn put(&mut self, doing: Doing, bit: Var, to: Formula) {
        self.put_unless(doing, bit, to, Vec::new());
    }

    fn put_unless(&mut self, doing: Doing, bit: Var, to: Formula, unless: Vec<usize>) {
        let other = super::part_of(&self.conditions.names.bits[bit as usize]).is_some_and(Part::is_other);
        let to = if other { Formula::any([Formula::var(bit), to]) } else { to };
        if to != Formula::var(bit) {
            self.moves[doing.at].writes.push(Write { bit, to, unless });
        }
    }

    fn require(&mut self, doing: Doing, formula: &Formula) {
        let gates = formula.cnf().into_iter().map(|clause| Gate { clause, origin: Origin::Logic });
        self.moves[doing.at].gates.extend(gates);
    }

    fn write(&mut self, doing: Doing, var: Var, bit: &Bit) {
        match bit {
            Bit::Stands(part, pattern) if pattern.act == doing.act && *part == doing.part => {
                let adds = self.conditions.procedure.def(doing.act).again == Again::Adds;
                if doing.matches(pattern) || !adds {
                    self.put(doing, var, Formula::Const(doing.matches(pattern)));
                }
            }
            Bit::Occurred(part, pattern, times) if doing.touches(*part) && doing.matches(pattern) => {
                let to = match times {
                    0 | 1 => Formula::Const(true),
                    times => {
                        let less =
                            self.conditions.names.yes(Bit::Occurred(*part, pattern.clone(), times - 1));
                        Formula::any([Formula::var(var), less])
                    }
                };
                self.put(doing, var, to);
            }
            Bit::Since(part, pattern, resets) if doing.touches(*part) => {
                self.write_since(doing, var, pattern, resets)
            }
            Bit::Last(part, pattern) if doing.touches(*part) && pattern.act == doing.act => {
                self.put(doing, var, Formula::Const(doing.matches(pattern)));
            }
            Bit::First(part, pattern) if doing.touches(*part) && doing.matches(pattern) => {
                let any = ActPattern { act: pattern.act, outcomes: Vec::new() };
                let never = self.conditions.names.no(Bit::Occurred(*part, any, 1));
                self.put(doing, var, Formula::any([Formula::var(var), never]));
            }
            Bit::True(part, fact) | Bit::False(part, fact) if *part == doing.part => {
                self.write_fact(doing, var, *part, *fact, matches!(bit, Bit::True(..)));
            }
            Bit::WasTrue(part, fact) | Bit::WasFalse(part, fact) if *part == doing.part => {
                self.write_was(doing, var, *part, *fact, matches!(bit, Bit::WasTrue(..)));
            }
            Bit::Holds(part, atom) | Bit::Fails(part, atom) if doing.touches(*part) => {
                self.write_atom(doing, var, *part, *atom, matches!(bit, Bit::Holds(..)));
            }
            Bit::Started(part, limit) | Bit::Over(part, limit) if doing.touches(*part) => {
                self.write_limit(doing, var, *part, *limit, matches!(bit, Bit::Over(..)));
            }
            Bit::Relied(dep) => {
                let when = self.moves[doing.at]
                    .relied
                    .iter()
                    .find(|(known, _)| known == dep)
                    .map(|(_, when)| when.clone());
                let Some(when) = when.filter(|_| self.doubtful(*dep)) else { return };
                let (owner, target) = (self.deps[*dep as usize].owner, self.deps[*dep as usize].target);
                let to = if self.seats[owner].multi { Formula::any([Formula::var(var), when]) } else { when };
                self.put_unless(doing, var, to, vec![target]);
            }
            Bit::Opened(part) if *part == doing.part => self.put(doing, var, Formula::Const(true)),
            _ => {}
        }
    }

    fn write_since(&mut self, doing: Doing, var: Var, pattern: &ActPattern, resets: &[Reset]) {
        let reset =
            |changed| resets.iter().any(|reset| reset.changed == changed && doing.matches(&reset.pattern));
        let set = doing.matches(pattern);
        let kept = if set { Formula::Const(true) } else { Formula::var(var) };
        if reset(false) {
            self.put(doing, var, Formula::Const(false));
        } else if reset(true) {
            let changed = Formula::var(self.conditions.names.input(Input::Changed));
            let same = self.conditions.names.negate(&changed);
            self.put(doing, var, Formula::all([same, kept]));
        } else if set {
            self.put(doing, var, kept);
        }
    }

    /// What a fact becomes at a move; nothing when it is not settled there.
    fn fact_value(&mut self, doing: Doing, part: Part, fact: FactIx, truth: bool) -> Option<(Formula, bool)> {
        let procedure = self.conditions.procedure;
        let def = &procedure.facts[fact.at()];
        if def.on != doing.act {
            return None;
        }
        let asked = Asked { part, act: Some(doing.act), outcome: doing.outcome };
        let Rails { yes, no } = self.conditions.rails(asked, &def.holds);
        Some((if truth { yes } else { no }, self.steady(doing.act, &def.holds)))
    }

    fn write_fact(&mut self, doing: Doing, var: Var, part: Part, fact: FactIx, truth: bool) {
        let Some((to, steady)) = self.fact_value(doing, part, fact, truth) else { return };
        if steady && !part.is_other() {
            // The same content gives the same value.
            let was = if truth { Bit::WasTrue(part, fact) } else { Bit::WasFalse(part, fact) };
            let was = self.conditions.names.bit(was);
            self.keeps(doing, was, &to);
        }
        self.put(doing, var, to);
    }

    fn write_was(&mut self, doing: Doing, var: Var, part: Part, fact: FactIx, truth: bool) {
        if let Some((to, _)) = self.fact_value(doing, part, fact, truth) {
            self.put(doing, var, to);
        }
    }

    fn keeps(&mut self, doing: Doing, var: Var, to: &Formula) {
        let changed = Formula::var(self.conditions.names.input(Input::Changed));
        let was_not = self.conditions.names.negate(&Formula::var(var));
        self.require(doing, &Formula::any([changed, was_not, to.clone()]));
    }

    /// Whether a condition reads nothing but the substance of the act it is asked of.
    fn steady(&self, act: ActIx, node: &Node) -> bool {
        let found = reads(self.conditions.book, self.conditions.procedure, node);
        let substance = &self.conditions.procedure.def(act).substance;
        let mut inside = true;
        node.walk(&mut |part| {
            if let Node::Field(lawbook::condition::node::Which::SelfAct, field) = part {
                inside &= substance.contains(field);
            }
        });
        found.steady && inside && !found.volatile && found.standing.is_empty() && found.ever.is_empty()
    }

    fn write_atom(&mut self, doing: Doing, var: Var, part: Part, atom_ix: u32, truth: bool) {
        let atom: Atom = self.conditions.names.atoms[atom_ix as usize].clone();
        let read = if atom.once {
            atom.ever.contains(&doing.act)
        } else {
            atom.standing.contains(&doing.act) || atom.ever.contains(&doing.act)
        };
        if !read || self.home(doing.act, part) != doing.part {
            return;
        }
        let any = |act: ActIx| ActPattern { act, outcomes: Vec::new() };
        let others: Vec<ActIx> = atom.standing.iter().copied().filter(|act| *act != doing.act).collect();
        let mut there = Vec::new();
        for act in &others {
            there.push(self.conditions.names.yes(Bit::Stands(self.home(*act, part), any(*act))));
        }
        for act in atom.ever.iter().filter(|act| **act != doing.act) {
            there.push(self.conditions.names.yes(Bit::Occurred(self.home(*act, part), any(*act), 1)));
        }
        let alone = there.is_empty() && !atom.once;
        let input =
            if alone { Input::Atom(about_self(&atom.node, doing.act)) } else { Input::Chosen(part, atom_ix) };
        let chosen = Formula::var(self.conditions.names.input(input));
        let chosen = if truth { chosen } else { self.conditions.names.negate(&chosen) };
        let mut to = Formula::all(there.into_iter().chain([chosen]));
        if atom.once {
            let occurred = Bit::Occurred(self.home(doing.act, part), any(doing.act), 1);
            let (before, first) =
                (self.conditions.names.yes(occurred.clone()), self.conditions.names.no(occurred));
            to = Formula::any([Formula::all([first, to]), Formula::all([before, Formula::var(var)])]);
        } else if atom.steady
            && self.moves[doing.at].replaces
            && !part.is_other()
            && (truth || !atom.two_valued)
        {
            self.keeps(doing, var, &to);
        }
        let unless = others
            .iter()
            .filter_map(|act| self.seat_of.get(&(*act, self.home(*act, part))).copied())
            .collect();
        self.put_unless(doing, var, to, unless);
    }

    fn write_limit(&mut self, doing: Doing, var: Var, part: Part, limit: LimitIx, over: bool) {
        let procedure = self.conditions.procedure;
        let def = &procedure.limits[limit.at()];
        let matches = |patterns: &[ActPattern]| patterns.iter().any(|pattern| doing.matches(pattern));
        let seen_from =
            |strand: Option<lawbook::model::StrandIx>| strand.is_none() || part.strand() == strand;
        if !seen_from(procedure.def(doing.act).strand) {
            return;
        }
        let starts = matches(&def.starts);
        if !over {
            if starts {
                let begins = self.begins(doing, def.when.as_ref());
                self.put(doing, var, Formula::any([Formula::var(var), begins]));
            }
            return;
        }
        let mut keeps = vec![Formula::var(var)];
        if starts && def.counts != Counts::First {
            let begins = self.begins(doing, def.when.as_ref());
            keeps.push(self.conditions.names.negate(&begins));
        }
        if matches(&def.restarted_by) {
            keeps.push(Formula::Const(false));
        }
        let longer = def.extended_by.iter().map(|extension| &extension.act);
        let longer = longer.chain(def.excluded.iter().map(|exclusion| &exclusion.act));
        let mut moved = longer.chain(&def.suspended_by).chain(&def.resumed_by);
        if moved.any(|pattern| doing.matches(pattern)) {
            keeps.push(self.conditions.names.free());
        }
        if keeps.len() > 1 && !part.is_other() {
            self.put(doing, var, Formula::all(keeps));
        }
    }

    /// Whether a limit begins with the act. What its condition reads beside the act may change later, so it is chosen.
    fn begins(&mut self, doing: Doing, when: Option<&Node>) -> Formula {
        let Some(when) = when else { return Formula::Const(true) };
        let found = reads(self.conditions.book, self.conditions.procedure, when);
        if found.volatile || !found.standing.is_empty() || !found.ever.is_empty() {
            return self.conditions.names.free();
        }
        let asked = Asked { part: doing.part, act: Some(doing.act), outcome: doing.outcome };
        self.conditions.rails(asked, when).yes
    }
}
