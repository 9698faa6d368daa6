//! Conditions whose names are resolved: what the record evaluates and the proof abstracts.

use terms::Value;

use crate::model::{ActIx, FactIx, FieldIx, LimitIx, OutcomeIx, ParameterIx};

use super::ast::Operator;

/// Which occurrence of an act a condition reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Which {
    /// The act the condition is asked about.
    SelfAct,
    /// The latest that stands.
    Standing(ActIx),
    /// The first ever.
    First(ActIx),
    /// The latest ever, standing or not.
    Last(ActIx),
    /// The occurrence a quantifier runs over, counted from the outermost.
    Variable(u8),
}

/// An act, and the outcomes that count; none named means any.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActPattern {
    /// The act.
    pub act: ActIx,
    /// Outcomes that count.
    pub outcomes: Vec<OutcomeIx>,
}

/// What resets a history: an act, counted always or only when its content differs from the time before.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reset {
    /// The act.
    pub pattern: ActPattern,
    /// Whether only a change of content counts.
    pub changed: bool,
}

/// What is known of a party from the head of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartyAttribute {
    /// 公民、个体工商户、组织.
    Kind,
    /// The id of the party in this record.
    Id,
}

/// A condition with its names resolved.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// A fixed value.
    Const(Value),
    /// A field of an act.
    Field(Which, FieldIx),
    /// The outcome of an act.
    Outcome(Which),
    /// The legal day of an act.
    DayOf(Which),
    /// The ids of the persons who did it.
    Persons(Which),
    /// Who did it, as rows of person and post.
    Actors(Which),
    /// The id of the act asked about.
    SelfId,
    /// How many acts of other matters the act asked about brings in.
    Adopted,
    /// The key of the strand of an act.
    StrandKey(Which),
    /// Whether such an act stands.
    Stands(ActPattern),
    /// Whether such an act ever occurred.
    Occurred(ActPattern),
    /// How often.
    Count(ActPattern),
    /// Whether it occurred after the last of the resets (or at all, if none occurred).
    Since(ActPattern, Vec<Reset>),
    /// A fact.
    Fact(FactIx),
    /// Whether the window of a limit is over.
    Over(LimitIx),
    /// Whether a limit runs: begun, not met, not past.
    Running(LimitIx),
    /// The last day of a limit.
    Due(LimitIx),
    /// A parameter in force.
    Parameter(ParameterIx),
    /// Something about the party of the strand.
    Party(PartyAttribute),
    /// How many parties there are.
    Parties,
    /// The unit.
    Unit,
    /// The day the matter was filed.
    FiledOn,
    /// A value of a register entry about a subject.
    Register {
        /// The register.
        register: String,
        /// Whose entry.
        subject: Box<Node>,
        /// Which value.
        value: String,
    },
    /// The ids named under a kind in `about` of every such act.
    Subjects(String, ActPattern),
    /// The ids named under a kind in `about` of the act asked about.
    SelfSubjects(String),
    /// All persons who ever did the act.
    Everybody(ActPattern),
    /// The element a quantifier runs over, counted from the outermost.
    Variable(u8),
    /// A column of a row.
    Column(Box<Node>, String),
    /// All hold.
    And(Vec<Node>),
    /// One holds.
    Or(Vec<Node>),
    /// It does not hold.
    Not(Box<Node>),
    /// A comparison.
    Compare(CompareSign, Box<Node>, Box<Node>),
    /// Membership.
    In(Box<Node>, Box<Node>),
    /// Sum, difference or product of whole numbers.
    Arithmetic(ArithmeticSign, Box<Node>, Box<Node>),
    /// All or some elements of a list satisfy the body.
    Elements {
        /// All, or at least one.
        all: bool,
        /// The list.
        list: Box<Node>,
        /// The body; the element is the innermost variable.
        body: Box<Node>,
    },
    /// All or some standing occurrences of an act satisfy the body.
    Occurrences {
        /// All, or at least one.
        all: bool,
        /// The act.
        act: ActPattern,
        /// The body; the occurrence is the innermost variable.
        body: Box<Node>,
    },
    /// How many elements, or characters.
    Size(Box<Node>),
    /// Whether a value is there at all.
    Has(Box<Node>),
    /// No common element.
    Disjoint(Box<Node>, Box<Node>),
    /// Every element of the first is in the second.
    Subset(Box<Node>, Box<Node>),
    /// The smaller or larger of two.
    Extreme {
        /// The larger.
        max: bool,
        /// One.
        a: Box<Node>,
        /// The other.
        b: Box<Node>,
    },
    /// Days between two days.
    Between(Between, Box<Node>, Box<Node>),
    /// A day plus a number of calendar units.
    Plus(Box<Node>, Box<Node>, PlusUnit),
    /// Whether the day is a statutory holiday or rest day of that year's notice.
    Holiday(Box<Node>),
}

/// How days between two days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Between {
    /// The later minus the earlier.
    Days,
    /// Full calendar days strictly between.
    FullDays,
    /// Full working days strictly between.
    FullWorkingDays,
}

/// Units a day can be moved by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlusUnit {
    /// Calendar days.
    Day,
    /// Months; the last day of a shorter month.
    Month,
    /// Years.
    Year,
}

/// Signs of comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareSign {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
}

/// Signs of arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArithmeticSign {
    /// Sum.
    Add,
    /// Difference.
    Sub,
    /// Product.
    Mul,
}

impl Node {
    /// Every node of the tree, this one first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        visit(self);
        match self {
            Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|part| part.walk(visit)),
            Node::Not(of) | Node::Size(of) | Node::Has(of) | Node::Holiday(of) | Node::Column(of, _) => {
                of.walk(visit)
            }
            Node::Register { subject, .. } => subject.walk(visit),
            Node::Occurrences { body, .. } => body.walk(visit),
            Node::Compare(_, a, b)
            | Node::In(a, b)
            | Node::Arithmetic(_, a, b)
            | Node::Disjoint(a, b)
            | Node::Subset(a, b)
            | Node::Extreme { a, b, .. }
            | Node::Between(_, a, b)
            | Node::Plus(a, b, _)
            | Node::Elements { list: a, body: b, .. } => {
                a.walk(visit);
                b.walk(visit);
            }
            Node::Const(_)
            | Node::Field(..)
            | Node::Outcome(_)
            | Node::DayOf(_)
            | Node::Persons(_)
            | Node::Actors(_)
            | Node::SelfId
            | Node::Adopted
            | Node::StrandKey(_)
            | Node::Stands(_)
            | Node::Occurred(_)
            | Node::Count(_)
            | Node::Since(..)
            | Node::Fact(_)
            | Node::Over(_)
            | Node::Running(_)
            | Node::Due(_)
            | Node::Parameter(_)
            | Node::Party(_)
            | Node::Parties
            | Node::Unit
            | Node::FiledOn
            | Node::Subjects(..)
            | Node::SelfSubjects(_)
            | Node::Everybody(_)
            | Node::Variable(_) => {}
        }
    }

    /// The sign of comparison an operator stands for.
    #[must_use]
    pub fn compare_sign(operator: Operator) -> Option<CompareSign> {
        Some(match operator {
            Operator::Eq => CompareSign::Eq,
            Operator::Ne => CompareSign::Ne,
            Operator::Lt => CompareSign::Lt,
            Operator::Le => CompareSign::Le,
            Operator::Gt => CompareSign::Gt,
            Operator::Ge => CompareSign::Ge,
            Operator::Or | Operator::And | Operator::In | Operator::Add | Operator::Sub | Operator::Mul => {
                return None;
            }
        })
    }
}
