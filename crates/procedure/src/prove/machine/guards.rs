//! What each move asks for.

use std::collections::BTreeSet;

use lawbook::condition::node::ActPattern;
use lawbook::model::{ActIx, Again, OutcomeIx};
use rustc_hash::FxHashMap;

use super::conditions::{Asked, Conditions};
use super::formula::Formula;
use super::names::{Bit, Part};
use super::reliance::{Dep, Relied};
use super::{Gate, Goal, Hit, Kind, Move, Origin, Seat};

/// A machine in the making.
pub struct Builder<'a> {
    /// Conditions and names.
    pub conditions: Conditions<'a>,
    /// Acts in parts.
    pub seats: Vec<Seat>,
    /// Seats by act and part.
    pub seat_of: FxHashMap<(ActIx, Part), usize>,
    /// What relies on what.
    pub deps: Vec<Dep>,
    /// Dependencies by owner, target and need.
    pub dep_of: FxHashMap<(usize, usize, usize), u32>,
    /// The moves.
    pub moves: Vec<Move>,
    /// Acts that may stop standing while what relied on them stands on.
    pub ended: BTreeSet<ActIx>,
    /// Goals of the bound rules.
    pub rule_goals: Vec<Vec<Goal>>,
    /// What would show that a field is read that nobody set.
    pub set_goals: Vec<super::SetGoal>,
}

impl Builder<'_> {
    /// The question of a move.
    pub fn asked(&self, seat: usize, outcome: Option<OutcomeIx>) -> Asked {
        Asked { part: self.seats[seat].part, act: Some(self.seats[seat].act), outcome }
    }

    /// A move for each outcome of each act in each part.
    pub fn add_moves(&mut self) {
        for seat in 0..self.seats.len() {
            let def = self.conditions.procedure.def(self.seats[seat].act);
            let outcomes: Vec<Option<OutcomeIx>> = match def.outcomes.len() {
                0 => vec![None],
                n => (0..n as u8).map(|outcome| Some(OutcomeIx(outcome))).collect(),
            };
            for outcome in outcomes {
                let asked = self.asked(seat, outcome);
                let relied = self.dependencies(seat, asked);
                let hits = self.hits(seat);
                let gates = self.gates(seat, asked);
                self.moves.push(Move {
                    kind: Kind::Act(seat, outcome),
                    gates,
                    writes: Vec::new(),
                    hits,
                    replaces: def.again == Again::Replaces,
                    reopens: def.reopens,
                    relied,
                });
            }
        }
        self.doubt_own_falls();
        // Chains are known once every dependency is.
        for at in 0..self.moves.len() {
            if let Kind::Act(seat, _) = self.moves[at].kind {
                let gates = self.firm_gates(seat);
                self.moves[at].gates.extend(gates);
            }
        }
    }

    fn gates(&mut self, seat: usize, asked: Asked) -> Vec<Gate> {
        let def = self.conditions.procedure.def(self.seats[seat].act);
        let part = self.seats[seat].part;
        let mut gates = Vec::new();
        for (place, need) in def.needs.iter().enumerate() {
            if self.conditions.blocks(need) {
                let formula = self.conditions.need(asked, need);
                gates.extend(
                    formula.cnf().into_iter().map(|clause| Gate { clause, origin: Origin::Need(place) }),
                );
            }
        }
        let mut built_in = Vec::new();
        if def.again == Again::Refused {
            let any = ActPattern { act: self.seats[seat].act, outcomes: Vec::new() };
            built_in.push(self.conditions.names.no(Bit::Stands(part, any)));
        }
        if !def.after_end && !def.reopens {
            for closing in self.closing_seats() {
                let any = ActPattern { act: self.seats[closing].act, outcomes: Vec::new() };
                built_in.push(self.conditions.names.no(Bit::Stands(self.seats[closing].part, any)));
            }
        }
        for formula in built_in {
            gates.extend(formula.cnf().into_iter().map(|clause| Gate { clause, origin: Origin::BuiltIn }));
        }
        gates
    }

    /// Seats of acts that close the matter.
    pub fn closing_seats(&self) -> Vec<usize> {
        let closes = |seat: &usize| self.conditions.procedure.def(self.seats[*seat].act).closes;
        (0..self.seats.len()).filter(closes).collect()
    }

    fn hits(&mut self, seat: usize) -> Vec<Hit> {
        let def = self.conditions.procedure.def(self.seats[seat].act);
        let part = self.seats[seat].part;
        let mut hits = Vec::new();
        let named = def
            .ends
            .iter()
            .map(|pattern| (pattern, false))
            .chain(def.voids.iter().map(|pattern| (pattern, true)));
        for (pattern, cascades) in named {
            let homes = self.conditions.homes(self.conditions.procedure.def(pattern.act).strand, part);
            let pattern = self.conditions.pattern(pattern);
            for home in homes {
                let Some(seat) = self.seat_of.get(&(pattern.act, home)).copied() else { continue };
                let bit = Bit::Stands(home, pattern.clone());
                let when = (!pattern.outcomes.is_empty()).then(|| self.conditions.names.bit(bit));
                hits.push(Hit { seat, when, cascades });
            }
        }
        if def.reopens {
            hits.extend(self.closing_seats().into_iter().map(|seat| Hit {
                seat,
                when: None,
                cascades: false,
            }));
        }
        hits
    }

    /// Names the bits that tell whether the content of an act differs, where a rule asks for that.
    pub fn name_changes(&mut self) {
        let mut asked = BTreeSet::new();
        for bit in &self.conditions.names.bits {
            if let Bit::Since(_, _, resets) = bit {
                asked.extend(resets.iter().filter(|reset| reset.changed).map(|reset| reset.pattern.act));
            }
        }
        for act in asked {
            let procedure = self.conditions.procedure;
            for part in Builder::parts(procedure, act).into_iter().filter(|part| !part.is_other()) {
                let any = ActPattern { act, outcomes: Vec::new() };
                self.conditions.names.bit(Bit::Occurred(part, any, 1));
                let n_outcomes = procedure.def(act).outcomes.len() as u8;
                for outcome in (0..n_outcomes).map(OutcomeIx).filter(|_| n_outcomes > 1) {
                    self.conditions.names.bit(Bit::Last(part, ActPattern { act, outcomes: vec![outcome] }));
                }
                for fact in &procedure.def(act).facts {
                    // The bit of the fact brings along what keeps it while the content is the same.
                    self.conditions.names.bit(Bit::True(part, *fact));
                    self.conditions.names.bit(Bit::False(part, *fact));
                }
            }
        }
    }

    /// What follows from doing an act again with the same content: same outcome, same facts on which others rely.
    pub fn add_logic(&mut self) {
        for at in 0..self.moves.len() {
            let Kind::Act(seat, outcome) = self.moves[at].kind else { continue };
            let (act, part) = (self.seats[seat].act, self.seats[seat].part);
            if part.is_other() {
                continue;
            }
            let changed = Formula::var(self.conditions.names.input(super::Input::Changed));
            let mut logic = Vec::new();
            let any = Bit::Occurred(part, ActPattern { act, outcomes: Vec::new() }, 1);
            if let Some(occurred) = self.conditions.names.known_bit(&any) {
                logic.push(Formula::any([changed.clone(), Formula::var(occurred)]));
                if self.seats[seat].plain {
                    let same = self.conditions.names.negate(&changed);
                    let first = self.conditions.names.negate(&Formula::var(occurred));
                    logic.push(Formula::any([same, first]));
                }
            }
            for other in self.other_outcomes(act, part, outcome, |bit| matches!(bit, Bit::Last(..))) {
                logic.push(Formula::any([changed.clone(), other]));
            }
            if self.moves[at].replaces {
                let differs = self.differing(seat, &changed, &mut logic);
                for stood in self.other_outcomes(act, part, outcome, |bit| matches!(bit, Bit::Stands(..))) {
                    logic.extend(differs.iter().map(|one| Formula::any([one.clone(), stood.clone()])));
                }
            }
            let gates =
                logic.iter().flat_map(Formula::cnf).map(|clause| Gate { clause, origin: Origin::Logic });
            self.moves[at].gates.extend(gates);
        }
    }

    /// What says that the content differs: as a whole, and for each dependency that names fields.
    fn differing(&mut self, seat: usize, changed: &Formula, logic: &mut Vec<Formula>) -> Vec<Formula> {
        let substance = &self.conditions.procedure.def(self.seats[seat].act).substance;
        let mut found = vec![changed.clone()];
        let own: Vec<_> = self.deps.iter().filter(|dep| dep.target == seat).cloned().collect();
        for dep in own {
            let (Some(differs), Some(fields)) = (dep.differs, &dep.fields) else { continue };
            let differs = Formula::var(differs);
            if fields.iter().all(|field| substance.contains(field)) {
                let same = self.conditions.names.negate(&differs);
                logic.push(Formula::any([same, changed.clone()]));
            }
            if substance.iter().all(|field| fields.contains(field)) {
                let same = self.conditions.names.negate(changed);
                logic.push(Formula::any([same, differs.clone()]));
            }
            found.push(differs);
        }
        found
    }

    /// For each named set of other outcomes: that the bit of that kind is not set.
    fn other_outcomes(
        &self,
        act: ActIx,
        part: Part,
        outcome: Option<OutcomeIx>,
        kind: impl Fn(&Bit) -> bool,
    ) -> Vec<Formula> {
        let bits = self.conditions.names.bits.iter().enumerate();
        let other = bits.filter(|(_, bit)| match bit {
            Bit::Stands(home, pattern) | Bit::Last(home, pattern) => {
                kind(bit)
                    && *home == part
                    && pattern.act == act
                    && !pattern.outcomes.is_empty()
                    && outcome.is_some_and(|outcome| !pattern.outcomes.contains(&outcome))
            }
            _ => false,
        });
        other.map(|(var, _)| Formula::Lit(super::Lit { var: var as u32, positive: false })).collect()
    }

    /// Whether a bit says if the dependency was relied on.
    pub fn doubtful(&self, dep: u32) -> bool {
        matches!(self.deps[dep as usize].relied, Relied::Bit(_))
    }
}
