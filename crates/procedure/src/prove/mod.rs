//! The exhaustive proof (穷举证明): no path of a procedure breaks its rules, and every procedure can be brought to its end.
//!
//! A procedure becomes a machine over bits (`machine`), of which only a slice is searched (`slice`); a slice that shows
//! a breach which is none is refined (`refine`). What shall be possible is found by a directed search (`plan`).
//! A rule is broken where its premise is true and what it asks is not known to hold. Outside the proof lie adopted and
//! imported acts, corrections, and fields that may be left empty: gates refuse what cannot be told.

mod bits;
mod certificate;
mod explain;
mod guess;
mod limits;
mod machine;
mod path;
mod plan;
mod reach;
mod refine;
mod result;
mod sets;
mod slice;
mod way_out;

use lawbook::Lawbook;
use lawbook::model::{ActDef, Procedure, RuleIx};

pub use certificate::{Certificate, Certified, CertifiedProcedure, ENGINE, Rejected, verify};
pub use result::{PathStep, ProcedureProof, Proof, Property, Verdict};

use machine::{Goal, Machine};
use refine::{Answer, Bounds};

/// The id of the property that there always is a way out.
const WAY_OUT: &str = "way-out";

/// How far a proof may go.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// States of one slice; beyond, a property is not decided.
    pub n_states_max: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { n_states_max: 400_000 }
    }
}

impl Options {
    fn bounds(self) -> Bounds {
        Bounds { n_states_max: self.n_states_max, n_slices_max: 200 }
    }
}

/// Proves every version of every procedure.
#[must_use]
pub fn prove(book: &Lawbook) -> Proof {
    let procedures = book.procedures.iter();
    Proof {
        procedures: procedures
            .map(|procedure| prove_procedure(book, procedure, Options::default()))
            .collect(),
    }
}

/// Proves one version of a procedure: its rules, acts, way out, limits and fields.
#[must_use]
pub fn prove_procedure(book: &Lawbook, procedure: &Procedure, options: Options) -> ProcedureProof {
    prove_properties(book, procedure, options, &|_| true)
}

/// Proves those properties of one version of a procedure whose id is wanted.
#[must_use]
pub fn prove_properties(
    book: &Lawbook,
    procedure: &Procedure,
    options: Options,
    wanted: &dyn Fn(&str) -> bool,
) -> ProcedureProof {
    let machine = Machine::of(book, procedure);
    let mut properties = Vec::new();
    for (rule, id) in rules_of(book, procedure) {
        if wanted(&id) {
            properties.push(prove_rule(&machine, rule, options));
        }
    }
    if procedure.acts.iter().any(|act| wanted(&reach_id(act))) {
        properties.extend(reach::reach(&machine, options.bounds()).into_iter().filter(|one| wanted(&one.id)));
    }
    if wanted(WAY_OUT) {
        properties.push(way_out::way_out(&machine, options.bounds()));
    }
    properties.extend(limits::limits(book, procedure, wanted));
    properties.extend(sets::sets(&machine, options.bounds(), wanted));
    ProcedureProof {
        id: procedure.id.clone(),
        version: procedure.from.to_string(),
        states: properties.iter().map(|property| property.states).sum(),
        properties,
        assumes: machine.assumes.clone(),
    }
}

/// The ids of all properties of one version of a procedure, in the order of their proof.
#[must_use]
pub fn property_ids(book: &Lawbook, procedure: &Procedure) -> Vec<String> {
    let machine = Machine::of(book, procedure);
    let mut ids: Vec<String> = rules_of(book, procedure).into_iter().map(|(_, id)| id).collect();
    ids.extend(procedure.acts.iter().map(reach_id));
    ids.push(WAY_OUT.to_owned());
    ids.extend(limits::bound(procedure).map(limits::id));
    ids.extend(machine.set_goals.iter().map(|set| sets::id(&machine, set)));
    ids
}

/// The rules that are to be proved of a procedure, with the ids of their properties.
fn rules_of(book: &Lawbook, procedure: &Procedure) -> Vec<(RuleIx, String)> {
    let rules = (0..book.rules.len()).map(|at| RuleIx(at as u16));
    let rules = rules.filter(|rule| book.rule(*rule).uses.prove && procedure.bound(*rule).next().is_some());
    rules.map(|rule| (rule, rule_id(book, rule))).collect()
}

fn reach_id(act: &ActDef) -> String {
    format!("reach:{}", act.id)
}

fn rule_id(book: &Lawbook, rule: RuleIx) -> String {
    format!("rule:{}", book.rule(rule).id)
}

/// Proves rules of a procedure, which need not be the lawbook's own: a test may have taken a need out of it.
#[must_use]
pub fn prove_rules(book: &Lawbook, procedure: &Procedure, rules: &[RuleIx]) -> Vec<Property> {
    let machine = Machine::of(book, procedure);
    rules.iter().map(|rule| prove_rule(&machine, *rule, Options::default())).collect()
}

/// Whether there always is a way out of a procedure, which need not be the lawbook's own.
#[must_use]
pub fn prove_way_out(book: &Lawbook, procedure: &Procedure) -> Property {
    way_out::way_out(&Machine::of(book, procedure), Options::default().bounds())
}

fn prove_rule(machine: &Machine<'_>, rule: RuleIx, options: Options) -> Property {
    let bound = machine.procedure.rules.iter().zip(&machine.rule_goals);
    let goals: Vec<Goal> =
        bound.filter(|(bound, _)| bound.rule == rule).flat_map(|(_, goals)| goals).cloned().collect();
    let id = rule_id(machine.book, rule);
    let (answer, states) = refine::ask(machine, &goals, options.bounds());
    match answer {
        Answer::Never => Property::new(id, Verdict::Proved, states),
        Answer::Undecided => Property::new(id, Verdict::Undecided, states),
        Answer::Happens(taken) => {
            Property { path: path::path(machine, &taken), ..Property::new(id, Verdict::Broken, states) }
        }
    }
}
