//! The exhaustive proof (穷举证明): no path of a procedure breaks its rules, and every procedure can be brought to its end.

mod bits;
mod guess;
mod machine;
mod path;
mod refine;
mod result;
mod slice;

use lawbook::Lawbook;
use lawbook::model::{Procedure, RuleIx};

pub use result::{PathStep, ProcedureProof, Proof, Property, Verdict};

use machine::{Goal, Machine};
use refine::{Answer, Bounds};

/// How far a proof may go.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// States of one slice; beyond, a property is not decided.
    pub n_states_max: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { n_states_max: 2_000_000 }
    }
}

impl Options {
    fn bounds(self) -> Bounds {
        Bounds { n_states_max: self.n_states_max, n_slices_max: 200 }
    }
}

/// Proves rules of a procedure, which need not be the lawbook's own: a test may have taken a need out of it.
#[must_use]
pub fn prove_rules(book: &Lawbook, procedure: &Procedure, rules: &[RuleIx]) -> Vec<Property> {
    let machine = Machine::of(book, procedure);
    rules.iter().map(|rule| prove_rule(&machine, *rule, Options::default())).collect()
}

/// What the proof of a procedure leaves out, in words.
#[must_use]
pub fn assumptions(book: &Lawbook, procedure: &Procedure) -> Vec<String> {
    Machine::of(book, procedure).assumes
}

fn prove_rule(machine: &Machine<'_>, rule: RuleIx, options: Options) -> Property {
    let bound = machine.procedure.rules.iter().zip(&machine.rule_goals);
    let goals: Vec<Goal> =
        bound.filter(|(bound, _)| bound.rule == rule).flat_map(|(_, goals)| goals).cloned().collect();
    let id = format!("rule:{}", machine.book.rule(rule).id);
    never(machine, id, &goals, options)
}

/// The property that none of the goals is ever reached.
fn never(machine: &Machine<'_>, id: String, goals: &[Goal], options: Options) -> Property {
    let (answer, states) = refine::ask(machine, goals, options.bounds());
    match answer {
        Answer::Never => Property::new(id, Verdict::Proved, states),
        Answer::Undecided => Property::new(id, Verdict::Undecided, states),
        Answer::Happens(taken) => {
            Property { path: path::path(machine, &taken), ..Property::new(id, Verdict::Broken, states) }
        }
    }
}
