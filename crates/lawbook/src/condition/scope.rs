//! The names a condition may use.

use std::collections::BTreeMap;

use crate::model::{ActIx, FieldIx, LimitIx, OutcomeIx, ParameterIx, StrandIx};

use super::types::Type;

/// What a condition may know of an act before the procedure is built.
#[derive(Debug, Clone, Default)]
pub struct ActScope {
    /// The id.
    pub id: String,
    /// A short name for conditions.
    pub alias: Option<String>,
    /// Outcomes in order.
    pub outcomes: Vec<String>,
    /// Fields it carries.
    pub fields: Vec<FieldIx>,
    /// The strand it belongs to.
    pub strand: Option<StrandIx>,
}

/// All names of one procedure, with what the lawbook shares among procedures.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Acts, by index.
    pub acts: Vec<ActScope>,
    /// Facts: id and the strand of the act each is declared on.
    pub facts: Vec<(String, Option<StrandIx>)>,
    /// Limits: id and strand.
    pub limits: Vec<(String, Option<StrandIx>)>,
    /// Fields by id.
    pub fields: BTreeMap<String, (FieldIx, Type)>,
    /// Parameters by id.
    pub parameters: BTreeMap<String, (ParameterIx, Type)>,
    /// Register values by register and value.
    pub registers: BTreeMap<(String, String), Type>,
}

impl Scope {
    /// The act of that id or short name.
    #[must_use]
    pub fn act(&self, name: &str) -> Option<ActIx> {
        let found = self.acts.iter().position(|act| act.id == name || act.alias.as_deref() == Some(name))?;
        Some(ActIx(u16::try_from(found).ok()?))
    }

    /// The outcome of an act.
    #[must_use]
    pub fn outcome(&self, act: ActIx, name: &str) -> Option<OutcomeIx> {
        let found = self.acts[act.0 as usize].outcomes.iter().position(|outcome| outcome == name)?;
        Some(OutcomeIx(u8::try_from(found).ok()?))
    }

    /// The limit of that id.
    #[must_use]
    pub fn limit(&self, name: &str) -> Option<LimitIx> {
        let found = self.limits.iter().position(|(id, _)| id == name)?;
        Some(LimitIx(u16::try_from(found).ok()?))
    }

    /// The type of a field, by its index.
    #[must_use]
    pub fn field_type(&self, field: FieldIx) -> Option<(&str, &Type)> {
        self.fields.iter().find(|(_, (ix, _))| *ix == field).map(|(id, (_, of))| (id.as_str(), of))
    }
}
