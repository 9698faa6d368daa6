//! Procedures (程序): stages, acts, needs, facts.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::condition::node::{ActPattern, Node};
use crate::condition::scope::Scope;
use crate::condition::types::Type;
use crate::report::Place;

use super::basis::{Basis, Series, Severity};
use super::ids::{ActIx, FactIx, FieldIx, LimitIx, OutcomeIx, RuleIx, StrandIx};
use super::limit::Limit;
use super::rule::BoundRule;

/// A number or text of the law outside limits (参数), by day.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The id.
    pub id: String,
    /// What officers read.
    pub title: String,
    /// Its type.
    pub of: Type,
    /// Its values by day.
    pub series: Series<terms::Value>,
    /// Where it stands.
    pub place: Place,
}

/// A post (岗位).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The id.
    pub id: String,
    /// What officers read.
    pub title: String,
    /// Whether the post belongs to the agency; the others are parties and outsiders.
    pub agency: bool,
}

/// The words of a gate every act has: post, officers, fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateText {
    /// The id in refusals.
    pub id: String,
    /// What officers read.
    pub title: String,
    /// On what it rests.
    pub basis: Basis,
}

/// The nature of an act (性质).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// Inside the office: may fall.
    Work,
    /// With effect outside: never falls; only its counter-act ends it.
    Firm,
    /// A statement or request of a party: never falls.
    Claim,
    /// A waiver of a party: falls when what it answers is renewed.
    Waiver,
}

/// What a second one means (重复).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// There is only one.
    Refused,
    /// The new one takes the place of the old.
    Replaces,
    /// Both count.
    Adds,
}

/// An outcome of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The id.
    pub id: String,
    /// What officers read.
    pub title: String,
}

/// A field as an act carries it.
#[derive(Debug, Clone)]
pub struct ActField {
    /// The field.
    pub field: FieldIx,
    /// Whether the act cannot be recorded without it.
    pub required: bool,
}

/// One way to satisfy a need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alternative {
    /// Such an act stands.
    Act(ActPattern),
    /// The window of a limit is over.
    Over(LimitIx),
    /// A fact is true.
    Fact(FactIx),
    /// A fact is false.
    NotFact(FactIx),
    /// Such an act never occurred.
    Never(ActPattern),
    /// A condition holds.
    Holds(Node),
}

/// What a need asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NeedKind {
    /// One of these.
    Any(Vec<Alternative>),
    /// In every strand of the kind (in which `started` stands, if named) one of these.
    Every {
        /// The kind of strand.
        strand: StrandIx,
        /// Only strands in which this occurred.
        started: Option<ActPattern>,
        /// One of these.
        any: Vec<Alternative>,
    },
    /// In at least one strand of the kind one of these.
    Some {
        /// The kind of strand.
        strand: StrandIx,
        /// One of these.
        any: Vec<Alternative>,
    },
    /// Such an act does not stand.
    NotStanding(ActPattern),
}

/// A gate that belongs to an act.
#[derive(Debug, Clone)]
pub struct Need {
    /// The id in refusals: `act/key`.
    pub id: String,
    /// What it asks for.
    pub kind: NeedKind,
    /// Only when this holds.
    pub when: Option<Node>,
    /// The condition as written, for people.
    pub when_text: Option<String>,
    /// The fields of what it relies on; none named: the substance of that act.
    pub relies: Option<Vec<FieldIx>>,
    /// On what it rests.
    pub basis: Basis,
    /// Whether it blocks (high) or warns.
    pub severity: Severity,
    /// Where it stands, one line.
    pub place: Place,
}

impl Need {
    /// Whether an unmet need stops the act; otherwise it warns.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.severity == Severity::High && self.basis.status.may_block()
    }
}

/// An act of a procedure (环节).
#[derive(Debug, Clone)]
pub struct ActDef {
    /// The id.
    pub id: String,
    /// The short name in conditions.
    pub alias: Option<String>,
    /// What officers read.
    pub title: String,
    /// Index of its stage.
    pub stage: usize,
    /// Posts that may do it; empty: the program or anybody.
    pub by: Vec<String>,
    /// How many different persons must do it together.
    pub officers: u8,
    /// Whether each needs a valid certificate.
    pub certificate: bool,
    /// Its nature.
    pub nature: Nature,
    /// What a second one means.
    pub again: Again,
    /// Its outcomes.
    pub outcomes: Vec<Outcome>,
    /// Its fields.
    pub fields: Vec<ActField>,
    /// The fields others rely on: its substance.
    pub substance: Vec<FieldIx>,
    /// The document it produces.
    pub document: Option<String>,
    /// The kind of strand it belongs to.
    pub strand: Option<StrandIx>,
    /// Its gates.
    pub needs: Vec<Need>,
    /// Acts it ends (the counter-act of a firm one).
    pub ends: Vec<ActPattern>,
    /// Acts that fall with it, and what relied on them.
    pub voids: Vec<ActPattern>,
    /// Whether it brings in acts of another matter.
    pub adopts: bool,
    /// Whether it closes the matter.
    pub closes: bool,
    /// Whether it may happen after the end.
    pub after_end: bool,
    /// Whether it reopens a closed matter.
    pub reopens: bool,
    /// Whether it corrects an earlier act.
    pub corrects: bool,
    /// On what it rests.
    pub basis: Basis,
    /// Whether it came from `procedures/every/`.
    pub every: bool,
    /// Where it stands.
    pub place: Place,
    /// Facts declared on it.
    pub facts: Vec<FactIx>,
    /// Limits with a condition that it may start.
    pub limits: Vec<LimitIx>,
    /// Rules asked at it.
    pub rules: Vec<u16>,
}

/// Who gives a fact its value in the proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactKind {
    /// How things are: the adversary chooses.
    Found,
    /// The agency chooses.
    Decided,
}

/// A fact declared on an act (事实判断).
#[derive(Debug, Clone)]
pub struct Fact {
    /// The id.
    pub id: String,
    /// What officers read.
    pub title: String,
    /// The act it is declared on.
    pub on: ActIx,
    /// Who chooses.
    pub kind: FactKind,
    /// The condition, asked of that act.
    pub holds: Node,
    /// The condition as written.
    pub text: String,
    /// On what it rests.
    pub basis: Basis,
    /// The strand of the act.
    pub strand: Option<StrandIx>,
}

/// A stage (阶段).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The id.
    pub id: String,
    /// What officers read.
    pub title: String,
}

/// A kind of strand (分支).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrandKind {
    /// The id.
    pub id: String,
    /// What officers read.
    pub title: String,
    /// The thing it is keyed by: `party`, `property`, `document`, `round`.
    pub per: String,
}

/// What other matters may look up in matters of this procedure.
#[derive(Debug, Clone)]
pub struct RegisterDef {
    /// The register.
    pub id: String,
    /// The kind in `about` that names whose entry it is.
    pub subject: String,
    /// Its values.
    pub values: Vec<RegisterValue>,
}

/// A value of a register entry.
#[derive(Debug, Clone)]
pub struct RegisterValue {
    /// The id.
    pub id: String,
    /// Its type.
    pub of: Type,
    /// How it is read off the matter.
    pub reads: Node,
}

/// One version of a procedure.
#[derive(Debug, Clone)]
pub struct Procedure {
    /// The id, the same for all versions.
    pub id: String,
    /// What officers read.
    pub title: String,
    /// 决策、执法、监督、队伍 …
    pub control_point: String,
    /// The first day it governs.
    pub from: Date,
    /// The act whose day is the filing day; the first act otherwise.
    pub filed: Option<ActIx>,
    /// On what it rests.
    pub basis: Basis,
    /// Its stages.
    pub stages: Vec<Stage>,
    /// Its kinds of strands.
    pub strands: Vec<StrandKind>,
    /// Its acts.
    pub acts: Vec<ActDef>,
    /// Its facts.
    pub facts: Vec<Fact>,
    /// Its limits.
    pub limits: Vec<Limit>,
    /// Rules that speak about it, bound to its acts.
    pub rules: Vec<BoundRule>,
    /// The register its matters are entries of.
    pub register: Option<RegisterDef>,
    /// Act index by id.
    pub by_id: HashMap<String, ActIx>,
    /// The names conditions of this procedure may use.
    pub scope: Scope,
    /// Where it stands.
    pub place: Place,
}

impl Procedure {
    /// The act of that id.
    #[must_use]
    pub fn act(&self, id: &str) -> Option<ActIx> {
        self.by_id.get(id).copied()
    }

    /// The definition of an act.
    #[must_use]
    pub fn def(&self, act: ActIx) -> &ActDef {
        &self.acts[act.at()]
    }

    /// The outcome of an act by id.
    #[must_use]
    pub fn outcome(&self, act: ActIx, id: &str) -> Option<OutcomeIx> {
        let found = self.def(act).outcomes.iter().position(|outcome| outcome.id == id)?;
        u8::try_from(found).ok().map(OutcomeIx)
    }

    /// The limit of that id.
    #[must_use]
    pub fn limit(&self, id: &str) -> Option<LimitIx> {
        self.limits.iter().position(|limit| limit.id == id).map(|at| LimitIx(at as u16))
    }

    /// The bound rule of a lawbook rule, if it speaks about this procedure.
    pub fn bound(&self, rule: RuleIx) -> impl Iterator<Item = &BoundRule> {
        self.rules.iter().filter(move |bound| bound.rule == rule)
    }

    /// Whether a pattern names this act with this outcome.
    #[must_use]
    pub fn matches(pattern: &ActPattern, act: ActIx, outcome: Option<OutcomeIx>) -> bool {
        pattern.act == act
            && (pattern.outcomes.is_empty()
                || outcome.is_some_and(|outcome| pattern.outcomes.contains(&outcome)))
    }
}
