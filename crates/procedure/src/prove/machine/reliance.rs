//! What relies on what: the edges along which acts fall, and the chains that keep a firm act's grounds from being redone.

use std::collections::BTreeSet;

use lawbook::model::{Again, FieldIx, Nature};

use super::conditions::Asked;
use super::formula::{Formula, Lit, Var};
use super::guards::Builder;
use super::names::{Bit, Input, Part};
use super::{Gate, Origin};

/// How it is known that the owner of a dependency relied on its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relied {
    /// It cannot stand without.
    Certain,
    /// This bit says.
    Bit(Var),
    /// It may have: one of them is in some other strand.
    Guess,
}

/// One act may rely on another.
#[derive(Debug, Clone)]
pub struct Dep {
    /// The seat that relies.
    pub owner: usize,
    /// The seat it relies on.
    pub target: usize,
    /// Whether it did.
    pub relied: Relied,
    /// Whether the fields differ that this dependency names; otherwise whether the content did.
    pub differs: Option<Var>,
    /// Falls however the target is renewed (a waiver).
    pub always: bool,
    /// The fields it names.
    pub fields: Option<Vec<FieldIx>>,
}

/// Longer or more chains than these are left out: a gate less only adds behaviour.
const N_CHAINS_MAX: usize = 300;
const CHAIN_LENGTH_MAX: usize = 6;

impl Builder<'_> {
    /// The dependencies of a seat, and for one of its moves when they arise.
    pub fn dependencies(&mut self, owner: usize, asked: Asked) -> Vec<(u32, Formula)> {
        let (act, part, nature) = (self.seats[owner].act, self.seats[owner].part, self.seats[owner].nature);
        if nature == Nature::Claim {
            return Vec::new();
        }
        let mut found: Vec<(u32, Formula)> = Vec::new();
        let procedure = self.conditions.procedure;
        for (place, need) in procedure.def(act).needs.iter().enumerate() {
            for link in self.conditions.links(asked, need) {
                let Some(target) = self.seat_of.get(&(link.pattern.act, link.home)).copied() else {
                    continue;
                };
                let sole = link.sole && nature != Nature::Firm && !self.ended.contains(&link.pattern.act);
                let dep = self.dep(owner, target, place, need.relies.as_ref(), sole, part);
                match found.iter_mut().find(|(known, _)| *known == dep) {
                    Some((_, when)) => *when = Formula::any([when.clone(), link.when]),
                    None => found.push((dep, link.when)),
                }
            }
        }
        found
    }

    fn dep(
        &mut self,
        owner: usize,
        target: usize,
        place: usize,
        relies: Option<&Vec<FieldIx>>,
        sole: bool,
        part: Part,
    ) -> u32 {
        let others = part.is_other() || self.seats[target].part.is_other();
        let key = (owner, target, if relies.is_some() { place + 1 } else { 0 });
        if let Some(known) = self.dep_of.get(&key) {
            // One need that cannot be met otherwise is enough.
            if sole && !others {
                self.deps[*known as usize].relied = Relied::Certain;
            }
            return *known;
        }
        let at = self.deps.len() as u32;
        let relied = match (others, sole) {
            (true, _) => Relied::Guess,
            (false, true) => Relied::Certain,
            (false, false) => Relied::Bit(self.conditions.names.bit(Bit::Relied(at))),
        };
        let differs = relies.map(|_| self.conditions.names.input(Input::Differs(at)));
        let always = self.seats[owner].nature == Nature::Waiver;
        self.deps.push(Dep { owner, target, relied, differs, always, fields: relies.cloned() });
        self.dep_of.insert(key, at);
        at
    }

    /// An act may make fall what it relied on itself, and stands nevertheless: there nothing is certain.
    pub fn doubt_own_falls(&mut self) {
        let mut heirs: Vec<Vec<usize>> = vec![Vec::new(); self.seats.len()];
        for dep in &self.deps {
            if super::may_fall(self.seats[dep.owner].nature) {
                heirs[dep.target].push(dep.owner);
            }
        }
        for seat in 0..self.seats.len() {
            let own =
                self.moves.iter().filter(|one| matches!(one.kind, super::Kind::Act(of, _) if of == seat));
            let mut waiting: Vec<usize> =
                own.clone().flat_map(|one| one.hits.iter().map(|hit| hit.seat)).collect();
            if own.clone().any(|one| one.replaces) {
                waiting.extend(&heirs[seat]);
            }
            let mut fallen = BTreeSet::new();
            while let Some(at) = waiting.pop() {
                if fallen.insert(at) {
                    waiting.extend(&heirs[at]);
                }
            }
            for at in 0..self.deps.len() {
                let dep = &self.deps[at];
                if dep.owner == seat && dep.relied == Relied::Certain && fallen.contains(&dep.target) {
                    self.deps[at].relied = Relied::Bit(self.conditions.names.bit(Bit::Relied(at as u32)));
                }
            }
        }
    }

    /// What a firm act relied on cannot be redone while it is firm: one clause a chain of reliance.
    pub fn firm_gates(&mut self, seat: usize) -> Vec<Gate> {
        if self.conditions.procedure.def(self.seats[seat].act).again != Again::Replaces
            || self.seats[seat].part.is_other()
        {
            return Vec::new();
        }
        let mut clauses: BTreeSet<Vec<Lit>> = BTreeSet::new();
        let mut seen: BTreeSet<(usize, Vec<Lit>)> = BTreeSet::new();
        let mut waiting: Vec<(usize, Vec<Lit>)> = vec![(seat, Vec::new())];
        while let Some((at, chain)) = waiting.pop() {
            for dep in self.deps.iter().filter(|dep| dep.target == at) {
                let mut longer = chain.clone();
                match dep.relied {
                    Relied::Guess => continue,
                    Relied::Certain => {}
                    Relied::Bit(var) => longer.push(Lit { var, positive: false }),
                }
                longer.sort_unstable();
                longer.dedup();
                let too_long = longer.len() > CHAIN_LENGTH_MAX || seen.len() > N_CHAINS_MAX;
                match self.seats[dep.owner].nature {
                    Nature::Firm => {
                        clauses.insert(longer);
                    }
                    Nature::Work | Nature::Waiver if !too_long => {
                        if seen.insert((dep.owner, longer.clone())) {
                            waiting.push((dep.owner, longer));
                        }
                    }
                    Nature::Work | Nature::Waiver | Nature::Claim => {}
                }
            }
        }
        let gate = |clause| Gate { clause, origin: Origin::BuiltIn };
        clauses.into_iter().filter(|clause| !clause.is_empty()).map(gate).collect()
    }
}
