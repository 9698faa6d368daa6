//! Acts as they stand in a record.

use std::sync::Arc;

use jiff::Timestamp;
use lawbook::model::{ActIx, FieldIx, OutcomeIx};
use terms::{Moment, Value};

/// Who did an act: a person, in a post.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Actor {
    /// The id of the person.
    pub person: Box<str>,
    /// The post in which the person acted.
    pub post: Box<str>,
}

/// An earlier act this one relied on, and on which of its fields (依据).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relied {
    /// Its number in the record.
    pub seq: u32,
    /// The fields.
    pub fields: Vec<FieldIx>,
}

/// A register value that was seen when the act was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The register.
    pub register: Box<str>,
    /// Whose entry.
    pub subject: Box<str>,
    /// Which value.
    pub value: Box<str>,
    /// What it was; nothing when there was no entry.
    pub is: Option<Value>,
    /// The matter that is the entry.
    pub matter: Box<str>,
    /// How many acts that matter had.
    pub version: u32,
}

/// An act of another matter that counts in this one (引入).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// The other matter.
    pub matter: Box<str>,
    /// Its number there.
    pub seq: u32,
    /// The hash of its leaf in the log, when it is in one.
    pub leaf: Option<Box<str>>,
    /// The act itself, in the names of this matter's procedure.
    pub act: Box<Act>,
}

/// An act of a matter (行为、环节).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its number in the record, from 1.
    pub seq: u32,
    /// What was done.
    pub act: ActIx,
    /// The key of the strand, where the act belongs to one.
    pub strand: Option<Arc<str>>,
    /// When it happened.
    pub at: Moment,
    /// When the program took it; absent in another system's record.
    pub recorded: Option<Timestamp>,
    /// Who did it.
    pub by: Vec<Actor>,
    /// Who entered it, when that is another than who did it: what a party said, what a court sent.
    pub entered: Option<Actor>,
    /// What it is about: ids by kind.
    pub about: Vec<(Box<str>, Vec<Box<str>>)>,
    /// Its outcome.
    pub outcome: Option<OutcomeIx>,
    /// Its fields, in order of their indexes.
    pub fields: Vec<(FieldIx, Value)>,
    /// What it relied on; absent in another system's record, where it is derived.
    pub relied: Option<Vec<Relied>>,
    /// What was seen in registers when it was decided.
    pub seen: Vec<Seen>,
    /// Acts of other matters it brings in.
    pub adopted: Vec<Adopted>,
    /// The number of the document it produced.
    pub number: Option<Box<str>>,
    /// Warnings that were acknowledged, by gate id, with the reason.
    pub acknowledged: Vec<(Box<str>, Box<str>)>,
}

impl Act {
    /// An act with nothing but what, when and in which strand.
    #[must_use]
    pub fn bare(act: ActIx, at: Moment, strand: Option<Arc<str>>) -> Act {
        Act {
            seq: 0,
            act,
            strand,
            at,
            recorded: None,
            by: Vec::new(),
            entered: None,
            about: Vec::new(),
            outcome: None,
            fields: Vec::new(),
            relied: None,
            seen: Vec::new(),
            adopted: Vec::new(),
            number: None,
            acknowledged: Vec::new(),
        }
    }

    /// The value of a field.
    #[must_use]
    pub fn field(&self, field: FieldIx) -> Option<&Value> {
        self.fields.binary_search_by_key(&field, |(ix, _)| *ix).ok().map(|at| &self.fields[at].1)
    }

    /// Sets a field.
    pub fn set(&mut self, field: FieldIx, value: Value) {
        match self.fields.binary_search_by_key(&field, |(ix, _)| *ix) {
            Ok(at) => self.fields[at].1 = value,
            Err(at) => self.fields.insert(at, (field, value)),
        }
    }

    /// The ids named under a kind in `about`.
    #[must_use]
    pub fn subjects(&self, kind: &str) -> &[Box<str>] {
        self.about.iter().find(|(known, _)| &**known == kind).map_or(&[], |(_, ids)| ids)
    }

    /// Whether the two have the same values in these fields, and the same outcome.
    #[must_use]
    pub fn same_content(&self, other: &Act, fields: &[FieldIx]) -> bool {
        self.outcome == other.outcome && fields.iter().all(|field| self.field(*field) == other.field(*field))
    }
}
