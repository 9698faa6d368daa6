//! Time limits (期限).

use calendar::Unit;

use crate::condition::node::{ActPattern, Node};

use super::basis::{Basis, Series, Severity};
use super::ids::{ActIx, FieldIx, StrandIx};

/// Which occurrence of the starting act counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// The first: a limit that binds the agency is not restarted by doing the act again.
    First,
    /// The latest: a limit that protects a party.
    Latest,
    /// Each by itself.
    Each,
}

/// Whom a limit binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binds {
    /// The agency.
    Agency,
    /// The party; or it protects the party.
    Party,
}

/// How long a limit is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Length {
    /// How many units.
    pub number: i64,
    /// Of which unit.
    pub unit: Unit,
}

/// How a limit is made longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The act that extends it.
    pub act: ActPattern,
    /// The field of that act with the number of units.
    pub field: FieldIx,
}

/// Days that do not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// The act that names them.
    pub act: ActPattern,
    /// The field with the first day.
    pub from: FieldIx,
    /// The field with the last day.
    pub to: FieldIx,
}

/// A limit of a procedure.
#[derive(Debug, Clone)]
pub struct Limit {
    /// The id.
    pub id: String,
    /// What officers read.
    pub title: String,
    /// The acts that start it.
    pub starts: Vec<ActPattern>,
    /// Only when this held at the starting act.
    pub when: Option<Node>,
    /// The acts that meet it; none for a window that only opens a gate.
    pub until: Vec<ActPattern>,
    /// Which start counts.
    pub counts: Counts,
    /// Whom it binds.
    pub binds: Binds,
    /// Counted back from the start: the acts in `until` must lie that far before it.
    pub before: bool,
    /// Whether it is a window: what waits for it may happen when it is over.
    pub opens: bool,
    /// The length by day.
    pub length: Series<Length>,
    /// A field of the starting act that sets the number of units instead.
    pub length_field: Option<FieldIx>,
    /// Acts that make it longer.
    pub extended_by: Vec<Extension>,
    /// Days that do not count.
    pub excluded: Vec<Exclusion>,
    /// Acts that stop the clock.
    pub suspended_by: Vec<ActPattern>,
    /// Acts that let it run on.
    pub resumed_by: Vec<ActPattern>,
    /// Acts after which it starts anew (reopening).
    pub restarted_by: Vec<ActPattern>,
    /// The strand it runs in: that of its starting acts.
    pub strand: Option<StrandIx>,
    /// What a breach leads to.
    pub severity: Severity,
    /// On what it rests when no value is in force yet.
    pub basis: Basis,
}

impl Limit {
    /// Whether the act starts, meets or changes this limit.
    #[must_use]
    pub fn concerns(&self, act: ActIx) -> bool {
        self.starts.iter().chain(&self.until).any(|pattern| pattern.act == act)
    }
}
