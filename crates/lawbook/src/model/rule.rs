//! Checkable rules (核查规则).

use jiff::civil::Date;

use crate::condition::node::{ActPattern, Node, Reset};
use crate::report::Place;

use super::basis::{Basis, Severity};
use super::case::Example;
use super::ids::{ActIx, LimitIx, RuleIx, StrandIx};

/// What a rule is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Uses {
    /// Proved against every procedure it touches.
    pub prove: bool,
    /// Refuses the act.
    pub block: bool,
    /// Warns at the act.
    pub warn: bool,
    /// Reviews records.
    pub review: bool,
}

/// A rule of the lawbook.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The id.
    pub id: String,
    /// What officers read.
    pub title: String,
    /// The word for people: precedence, threshold …
    pub kind: String,
    /// What a breach leads to.
    pub severity: Severity,
    /// What it is used for.
    pub uses: Uses,
    /// On what it rests.
    pub basis: Basis,
    /// The first day it holds (of the act it is asked at).
    pub from: Date,
    /// The first day it no longer holds.
    pub until: Option<Date>,
    /// Grouped by something else than the matter: `officer-day`, `person-year` …
    pub over: Option<String>,
    /// Records that break it.
    pub breaks: Vec<Example>,
    /// Records that keep it, and to which it applies.
    pub keeps: Vec<Example>,
    /// The condition as written, for people.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// Another name of a rule, with the stricter severity of the two.
#[derive(Debug, Clone)]
pub struct AliasRule {
    /// The other name.
    pub id: String,
    /// What officers read.
    pub title: String,
    /// The rule it repeats.
    pub of: String,
    /// Where it stands.
    pub place: Place,
}

/// A row of the source tables that is no rule here, and why.
#[derive(Debug, Clone)]
pub struct OmittedRule {
    /// The id in the source table.
    pub id: String,
    /// Why it is not one.
    pub why: String,
    /// Where it stands.
    pub place: Place,
}

/// What a rule asks, bound to the acts of one procedure.
#[derive(Debug, Clone)]
pub enum Shape {
    /// At the act, the condition holds.
    Holds {
        /// The act; `None` stands for any act.
        act: Option<ActPattern>,
        /// Only when this holds.
        when: Option<Node>,
        /// What must hold.
        holds: Node,
    },
    /// The act needs others before it.
    Needs {
        /// The act.
        act: ActPattern,
        /// Only when this holds.
        when: Option<Node>,
        /// One of these, before the act and after the last reset.
        any: Vec<ActPattern>,
        /// Acts since which an older one is stale.
        since: Vec<Reset>,
    },
    /// A limit is met.
    Within {
        /// The limit.
        limit: LimitIx,
        /// Only where the acts that meet it occurred too.
        both: bool,
        /// Only when this held at the starting act.
        when: Option<Node>,
    },
    /// The acts exclude each other.
    Exclusive {
        /// Two or more acts of which a record has at most one.
        acts: Vec<ActPattern>,
    },
}

/// A rule bound to a procedure version.
#[derive(Debug, Clone)]
pub struct BoundRule {
    /// The rule.
    pub rule: RuleIx,
    /// What it asks here.
    pub shape: Shape,
    /// The strand it is asked in.
    pub strand: Option<StrandIx>,
}

impl BoundRule {
    /// The acts at which the rule is asked or moved.
    #[must_use]
    pub fn trigger(&self) -> Option<ActIx> {
        match &self.shape {
            Shape::Holds { act, .. } => act.as_ref().map(|pattern| pattern.act),
            Shape::Needs { act, .. } => Some(act.act),
            Shape::Within { .. } | Shape::Exclusive { .. } => None,
        }
    }
}
