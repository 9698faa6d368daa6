//! The law content as the rest of the house uses it: checked, with names resolved to indexes.

mod access;
mod basis;
mod case;
mod field;
mod ids;
mod limit;
mod norm;
mod procedure;
mod rule;

pub use access::{ReadGrant, Relation, Thing};
pub use basis::{Basis, Dated, SelectedBy, Series, Severity, Status};
pub use case::{Case, CaseStep, Edit, Example, Expectation, OtherMatter, RegisterEntry};
pub use field::{Field, FieldValueError, Form};
pub use ids::{ActIx, FactIx, FieldIx, LimitIx, OutcomeIx, ParameterIx, RuleIx, StrandIx};
pub use limit::{Binds, Counts, Exclusion, Extension, Length, Limit};
pub use norm::{Norm, NormRank, NormVersion};
pub use procedure::{
    ActDef, ActField, Again, Alternative, Fact, FactKind, GateText, Nature, Need, NeedKind, Outcome,
    Parameter, Post, Procedure, RegisterDef, RegisterValue, Stage, StrandKind,
};
pub use rule::{AliasRule, BoundRule, OmittedRule, Rule, Shape, Uses};
