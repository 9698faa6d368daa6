//! Asks a rule at an act: the one answer that gates a live case and reviews a past one.

use jiff::civil::Date;
use lawbook::condition::node::{ActPattern, Node, Reset};
use lawbook::model::{BoundRule, Rule, Shape};
use record::{Act, Asker, Scope, View, outcome_counts};
use terms::Tri;

/// What a rule answers at one act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It does not speak about this act.
    NotApplicable,
    /// It is kept.
    Kept,
    /// It is broken.
    Broken,
    /// It cannot be told; what is missing.
    CannotTell(Vec<String>),
}

/// Whether a rule holds on a day.
#[must_use]
pub fn in_force(rule: &Rule, day: Date) -> bool {
    rule.from <= day && rule.until.is_none_or(|until| day < until)
}

/// Asks a rule that is asked at an act (every shape but a limit) about that act, on what came before it.
#[must_use]
pub fn ask(rule: &Rule, bound: &BoundRule, view: &View<'_>, asker: &Asker<'_, '_>, act: &Act) -> Answer {
    if !in_force(rule, act.at.day()) {
        return Answer::NotApplicable;
    }
    match &bound.shape {
        Shape::Holds { act: pattern, when, holds } => {
            if pattern.as_ref().is_some_and(|pattern| !names(pattern, act)) {
                return Answer::NotApplicable;
            }
            under(when.as_ref(), asker, || asker.truth(holds))
        }
        Shape::Needs { act: pattern, when, any, since } => {
            if !names(pattern, act) {
                return Answer::NotApplicable;
            }
            let scope = asker.scope();
            under(when.as_ref(), asker, || any.iter().any(|one| since_last(view, one, since, scope)).into())
        }
        Shape::Exclusive { acts } => {
            if !acts.iter().any(|pattern| names(pattern, act)) {
                return Answer::NotApplicable;
            }
            let other = |pattern: &&ActPattern| !names(pattern, act);
            let found = acts
                .iter()
                .filter(other)
                .any(|pattern| view.matching(pattern, asker.scope()).next().is_some());
            if found { Answer::Broken } else { Answer::Kept }
        }
        Shape::Within { .. } => Answer::NotApplicable,
    }
}

fn names(pattern: &ActPattern, act: &Act) -> bool {
    pattern.act == act.act && outcome_counts(pattern, act.outcome)
}

fn under(when: Option<&Node>, asker: &Asker<'_, '_>, holds: impl FnOnce() -> Tri) -> Answer {
    match when.map_or(Tri::True, |when| asker.truth(when)) {
        Tri::False => Answer::NotApplicable,
        Tri::Unknown(missing) => Answer::CannotTell(missing),
        Tri::True => match holds() {
            Tri::True => Answer::Kept,
            Tri::False => Answer::Broken,
            Tri::Unknown(missing) => Answer::CannotTell(missing),
        },
    }
}

/// Whether the pattern occurred, and after the last of the resets.
fn since_last(view: &View<'_>, pattern: &ActPattern, since: &[Reset], scope: &Scope) -> bool {
    let Some((last, _)) = view.matching(pattern, scope).next_back() else { return false };
    since.iter().all(|reset| {
        let mut matching = view.matching(&reset.pattern, scope);
        matching.rfind(|(_, occurrence)| !reset.changed || occurrence.changed).is_none_or(|(at, _)| at < last)
    })
}
