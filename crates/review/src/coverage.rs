//! Which gates of the procedures nothing holds in place: no worked refusal names them, and no proof fails without them.

use std::collections::BTreeSet;

use lawbook::Lawbook;
use lawbook::model::{Expectation, Procedure, RuleIx};
use procedure::prove::prove_rules;

/// A gate that could be removed without anything noticing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loose {
    /// The procedure.
    pub procedure: String,
    /// The first day of the version.
    pub version: jiff::civil::Date,
    /// The gate: `act/key`.
    pub need: String,
}

/// The gates of a procedure that nothing holds in place.
///
/// A worked refusal holds a gate that it names: without the gate, the refusal would not name it, and the case fails.
/// For the others every static rule of the procedure is proved again without the gate; one must fail.
#[must_use]
pub fn loose_needs(book: &Lawbook, procedure: &str) -> Vec<Loose> {
    let mut found = Vec::new();
    for procedure in book.procedures.iter().filter(|known| known.id == procedure) {
        let refused = refused_needs(book, |id| id == procedure.id);
        let anywhere = refused_needs(book, |_| true);
        for (act, def) in procedure.acts.iter().enumerate() {
            // What every procedure has is written once, and a refusal anywhere holds it.
            let refused = if def.every { &anywhere } else { &refused };
            for need in 0..def.needs.len() {
                let id = &def.needs[need].id;
                if refused.contains(id.as_str()) || proof_fails_without(book, procedure, act, need) {
                    continue;
                }
                found.push(Loose {
                    procedure: procedure.id.clone(),
                    version: procedure.from,
                    need: id.clone(),
                });
            }
        }
    }
    found
}

fn refused_needs(book: &Lawbook, of: impl Fn(&str) -> bool) -> BTreeSet<&str> {
    let cases = book.cases.iter().filter(|case| of(&case.procedure));
    let mut found = BTreeSet::new();
    for step in cases.flat_map(|case| &case.steps) {
        if let Expectation::Refused(needs) = &step.expect {
            found.extend(needs.iter().map(String::as_str));
        }
        found.extend(step.warns.iter().map(String::as_str));
    }
    found
}

fn proof_fails_without(book: &Lawbook, procedure: &Procedure, act: usize, need: usize) -> bool {
    let mut without = procedure.clone();
    without.acts[act].needs.remove(need);
    let proved = procedure.rules.iter().map(|bound| bound.rule).filter(|rule| book.rule(*rule).uses.prove);
    let rules: BTreeSet<RuleIx> = proved.collect();
    let rules: Vec<RuleIx> = rules.into_iter().collect();
    prove_rules(book, &without, &rules).iter().any(|property| !property.is_proved())
}
