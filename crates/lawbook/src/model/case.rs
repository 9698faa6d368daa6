//! Worked cases (示例卷): a lawful run, and runs that must be refused.

use serde_json::Value as Json;

use crate::report::Place;

/// What a step of a worked case is expected to lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// The act is recorded.
    Accepted,
    /// The act is refused, and these gates are among the unmet ones. The record goes on without it.
    Refused(Vec<String>),
    /// The act happened and is recorded without being gated, as another system's record.
    Happened,
}

/// A step of a worked case.
#[derive(Debug, Clone)]
pub struct CaseStep {
    /// The act as a record line.
    pub line: Json,
    /// A name by which edits speak of this step; the act id otherwise.
    pub name: String,
    /// What is expected.
    pub expect: Expectation,
    /// Warnings that must be given, as gate ids.
    pub warns: Vec<String>,
    /// Limits after the step, as (id, due).
    pub limits: Vec<(String, String)>,
    /// Seqs that stand or not after the step.
    pub stands: Vec<(String, bool)>,
    /// Where it stands.
    pub place: Place,
}

/// A register entry a worked case runs under, given by its values.
#[derive(Debug, Clone)]
pub struct RegisterEntry {
    /// The register.
    pub register: String,
    /// Whose entry.
    pub subject: String,
    /// From which day these values hold; from ever when absent.
    pub from: Option<jiff::civil::Date>,
    /// The values.
    pub values: serde_json::Map<String, Json>,
}

/// Another matter a worked case adopts from.
#[derive(Debug, Clone)]
pub struct OtherMatter {
    /// Its record lines.
    pub lines: Vec<Json>,
}

/// A worked case.
#[derive(Debug, Clone)]
pub struct Case {
    /// The id: `procedure/name`.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The procedure.
    pub procedure: String,
    /// The head of the record: matter, procedure, unit, parties.
    pub head: serde_json::Map<String, Json>,
    /// The steps.
    pub steps: Vec<CaseStep>,
    /// Register entries.
    pub registers: Vec<RegisterEntry>,
    /// Other matters.
    pub others: Vec<OtherMatter>,
    /// Rules the finished record breaks, in the order of their ids.
    pub breaks: Vec<String>,
    /// The day on which the finished record is reviewed; the last act's day otherwise.
    pub as_of: Option<jiff::civil::Date>,
    /// Where it stands.
    pub place: Place,
}

/// A change to a worked case.
#[derive(Debug, Clone)]
pub enum Edit {
    /// Leaves a step out.
    Remove(String),
    /// Changes fields of a step; null removes one.
    Set {
        /// The step.
        step: String,
        /// New values by field.
        fields: serde_json::Map<String, Json>,
    },
    /// Changes something beside the fields: `at`, `outcome`, `by`, `about`, `strand`.
    Change {
        /// The step.
        step: String,
        /// New values by key of the record line.
        keys: serde_json::Map<String, Json>,
    },
    /// Moves a step before another, taking that one's time.
    Move {
        /// The step.
        step: String,
        /// The step it comes before.
        before: String,
    },
    /// Adds a step after another.
    Insert {
        /// The record line.
        line: Json,
        /// The step it follows.
        after: String,
    },
}

/// An example of a rule: a worked case with changes.
#[derive(Debug, Clone)]
pub struct Example {
    /// The worked case.
    pub case: String,
    /// The changes.
    pub edits: Vec<Edit>,
    /// Other rules that the changed record breaks too.
    pub also: Vec<String>,
    /// The day of review; that of the worked case otherwise.
    pub as_of: Option<jiff::civil::Date>,
    /// Where it stands.
    pub place: Place,
}
