//! The ways to meet a need, and on what acts one relies who meets it so.

use lawbook::condition::node::{ActPattern, Node};
use lawbook::model::{Alternative, LimitIx, Need, NeedKind};

use super::conditions::{Asked, Conditions};
use super::formula::Formula;
use super::names::{Bit, Part};

/// An act a need may rest on.
pub struct Link {
    /// The act and its outcomes.
    pub pattern: ActPattern,
    /// Where it stands.
    pub home: Part,
    /// When the one who meets the need relies on it.
    pub when: Formula,
    /// Whether the need cannot be met otherwise.
    pub sole: bool,
}

impl Conditions<'_> {
    /// Whether an unmet need really stops the act: it does not where its sources are not sure enough.
    pub fn blocks(&self, need: &Need) -> bool {
        let mut weak = false;
        let mut look = |node: &Node| node.walk(&mut |part| weak |= self.weak_part(part));
        if let Some(when) = &need.when {
            look(when);
        }
        let mut weak_over = false;
        for alternative in alternatives(&need.kind) {
            match alternative {
                Alternative::Holds(node) => look(node),
                Alternative::Over(limit) => weak_over |= self.weak_limit(*limit),
                Alternative::Act(_)
                | Alternative::Fact(_)
                | Alternative::NotFact(_)
                | Alternative::Never(_) => {}
            }
        }
        need.blocks() && !weak && !weak_over
    }

    fn weak_part(&self, node: &Node) -> bool {
        match node {
            Node::Parameter(parameter) => self
                .book
                .parameter(*parameter)
                .series
                .values
                .iter()
                .any(|value| !value.basis.status.may_block()),
            Node::Over(limit) | Node::Running(limit) => self.weak_limit(*limit),
            _ => false,
        }
    }

    fn weak_limit(&self, limit: LimitIx) -> bool {
        let limit = &self.procedure.limits[limit.at()];
        let own = limit.length_field.is_some_and(|field| {
            let carries = |pattern: &ActPattern| {
                self.procedure.def(pattern.act).fields.iter().any(|own| own.field == field && own.required)
            };
            limit.starts.iter().all(carries)
        });
        !own && limit.length.values.iter().any(|value| !value.basis.status.may_block())
    }

    /// What a need asks for, as a formula.
    pub fn need(&mut self, asked: Asked, need: &Need) -> Formula {
        // A premise that cannot be told stops the act whether the need is met or not.
        let (asks, spares) = match &need.when {
            None => (Formula::Const(true), Formula::Const(false)),
            Some(when) => {
                let rails = self.rails(asked, when);
                (rails.yes, rails.no)
            }
        };
        let met = match &need.kind {
            NeedKind::Any(any) => self.any(asked, any),
            NeedKind::Every { strand, started, any } => {
                let part = Part::Tracked(*strand);
                let counts = self.counts(part, started.as_ref());
                let spared = self.names.negate(&counts);
                Formula::any([spared, self.any(Asked::matter(part), any)])
            }
            NeedKind::Some { strand, any } => {
                let mut parts = Vec::new();
                for part in [Part::Tracked(*strand), Part::Other(*strand)] {
                    let counts = self.counts(part, None);
                    parts.push(Formula::all([counts, self.any(Asked::matter(part), any)]));
                }
                Formula::any(parts)
            }
            NeedKind::NotStanding(pattern) => self.stands(pattern, asked.part).no,
        };
        Formula::any([spares, Formula::all([asks, met])])
    }

    fn any(&mut self, asked: Asked, any: &[Alternative]) -> Formula {
        Formula::any(any.iter().map(|one| self.alternative(asked, one)).collect::<Vec<_>>())
    }

    /// When a strand counts for `every` and `some`: parties always do, other strands once they are opened.
    fn counts(&mut self, part: Part, started: Option<&ActPattern>) -> Formula {
        let Some(kind) = part.strand() else { return Formula::Const(true) };
        match started {
            Some(started) => self.occurred(started, part, 1).yes,
            None if self.procedure.strands[kind.at()].per == "party" => Formula::Const(true),
            None => self.names.yes(Bit::Opened(part)),
        }
    }

    /// The acts on which one relies who meets the need: the first way that is met, in each strand.
    pub fn links(&mut self, asked: Asked, need: &Need) -> Vec<Link> {
        let not_asked = match &need.when {
            None => Formula::Const(false),
            Some(when) => self.rails(asked, when).no,
        };
        let applies = self.names.negate(&not_asked);
        let always = applies == Formula::Const(true) && self.blocks(need);
        match &need.kind {
            NeedKind::Any(any) => self.links_at(asked, any, &applies, always),
            NeedKind::Every { strand, started, any } => {
                let mut links = Vec::new();
                for part in [Part::Tracked(*strand), Part::Other(*strand)] {
                    let counts = self.counts(part, started.as_ref());
                    let always = always && counts == Formula::Const(true);
                    let applies = Formula::all([applies.clone(), counts]);
                    links.extend(self.links_at(Asked::matter(part), any, &applies, always));
                }
                links
            }
            NeedKind::Some { strand, any } => {
                let mut links = Vec::new();
                for part in [Part::Tracked(*strand), Part::Other(*strand)] {
                    // It may be another strand on which it relies.
                    let applies = Formula::all([applies.clone(), self.names.free()]);
                    links.extend(self.links_at(Asked::matter(part), any, &applies, false));
                }
                links
            }
            NeedKind::NotStanding(_) => Vec::new(),
        }
    }

    fn links_at(&mut self, asked: Asked, any: &[Alternative], applies: &Formula, always: bool) -> Vec<Link> {
        let mut links = Vec::new();
        let mut before = vec![applies.clone()];
        for one in any {
            let met = self.alternative(asked, one);
            if let Alternative::Act(given) = one {
                let pattern = self.pattern(given);
                for home in self.homes(self.procedure.def(given.act).strand, asked.part) {
                    let stands = self.names.yes(Bit::Stands(home, pattern.clone()));
                    let when = Formula::all(before.iter().cloned().chain([stands]));
                    links.push(Link { pattern: pattern.clone(), home, when, sole: always && any.len() == 1 });
                }
            }
            before.push(self.names.negate(&met));
        }
        links
    }
}

/// The alternatives of a need.
pub fn alternatives(kind: &NeedKind) -> &[Alternative] {
    match kind {
        NeedKind::Any(any) | NeedKind::Every { any, .. } | NeedKind::Some { any, .. } => any,
        NeedKind::NotStanding(_) => &[],
    }
}
