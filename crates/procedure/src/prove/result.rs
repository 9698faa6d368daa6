//! What a proof says: per procedure and property, the result and, where it is broken, the shortest path.

use std::collections::BTreeMap;

use serde::Serialize;

/// How a property came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It holds on every path.
    Proved,
    /// It does not; there is a path.
    Broken,
    /// It could not be told within the states allowed. Counts as a failure.
    Undecided,
}

/// One step of a path: an act, or the end of a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PathStep {
    /// The act.
    pub act: Option<String>,
    /// The kind of strand it happens in.
    pub strand: Option<String>,
    /// Whether that is some other strand than the one that is followed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
    /// Its outcome.
    pub outcome: Option<String>,
    /// The facts it settles.
    pub facts: BTreeMap<String, bool>,
    /// The limit that ends.
    pub clock: Option<String>,
}

/// A property of a procedure, and whether it holds.
#[derive(Debug, Clone, Serialize)]
pub struct Property {
    /// `rule:…`, `reach:…`, `way-out`, `limit:…` or `set:…`.
    pub id: String,
    /// Whether it holds.
    pub result: Verdict,
    /// The shortest path to a breach.
    pub path: Vec<PathStep>,
    /// The states that were looked at.
    pub states: usize,
    /// What it rests on besides the procedure.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumes: Vec<String>,
    /// Figures and reasons, for people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub detail: Vec<String>,
}

impl Property {
    /// A property without a path.
    #[must_use]
    pub fn new(id: String, result: Verdict, states: usize) -> Property {
        Property { id, result, path: Vec::new(), states, assumes: Vec::new(), detail: Vec::new() }
    }

    /// Whether it holds.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.result == Verdict::Proved
    }
}

/// The proof of one version of a procedure.
#[derive(Debug, Clone, Serialize)]
pub struct ProcedureProof {
    /// The procedure.
    pub id: String,
    /// The first day of the version.
    pub version: String,
    /// The states that were looked at, over all properties.
    pub states: usize,
    /// The properties, in the order of their ids.
    pub properties: Vec<Property>,
    /// What lies outside the proof.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumes: Vec<String>,
}

/// The proof of a lawbook.
#[derive(Debug, Clone, Serialize)]
pub struct Proof {
    /// Each version of each procedure.
    pub procedures: Vec<ProcedureProof>,
}

impl Proof {
    /// Whether everything is proved.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.procedures.iter().flat_map(|procedure| &procedure.properties).all(Property::is_proved)
    }
}
