//! Reads a condition out of a law file, with its errors placed in that file.

use crate::condition::node::{ActPattern, Node, Reset};
use crate::condition::scope::Scope;
use crate::condition::types::Type;
use crate::condition::{ConditionError, Subject, bind, bind_value, parse};
use crate::report::{Errors, Located, Place, closest};

/// Parses and binds a condition; its errors point into the text between the quotes.
pub fn condition(scope: &Scope, subject: Subject, text: &Located<String>, errors: &Errors) -> Option<Node> {
    let bound = parse(&text.value).and_then(|expr| bind(scope, subject, &expr));
    bound.map_err(|error| note(text, error, errors)).ok()
}

/// Parses and binds an expression of any type.
pub fn value(
    scope: &Scope,
    subject: Subject,
    text: &Located<String>,
    errors: &Errors,
) -> Option<(Node, Type)> {
    let bound = parse(&text.value).and_then(|expr| bind_value(scope, subject, &expr));
    bound.map_err(|error| note(text, error, errors)).ok()
}

fn note(text: &Located<String>, error: ConditionError, errors: &Errors) {
    // One or three quotation marks stand on each side of the text; with escapes, only the whole can be pointed at.
    let written = text.place.span.len();
    let quotes = [1, 3].into_iter().find(|quotes| written == text.value.len() + 2 * quotes);
    let place = quotes.map_or_else(
        || text.place.clone(),
        |quotes| {
            let start = text.place.span.start + quotes + error.span.start;
            let end = text.place.span.start + quotes + error.span.end;
            Place { file: text.place.file, span: start..end.max(start + 1) }
        },
    );
    errors.hint(&place, error.message, "条件的写法见 law/README.md");
}

/// An act with the outcomes that count: `act`, `act=pass`, `act=pass|fail`.
pub fn pattern(scope: &Scope, text: &Located<String>, errors: &Errors) -> Option<ActPattern> {
    let (id, outcomes) = text.value.split_once('=').unwrap_or((&text.value, ""));
    let Some(act) = scope.act(id) else {
        let known = scope.acts.iter().map(|act| act.id.as_str());
        match closest(id, known) {
            Some(word) => {
                errors.hint(&text.place, format!("没有环节 `{id}`"), format!("是否想写 `{word}`？"))
            }
            None => errors.add(&text.place, format!("没有环节 `{id}`")),
        }
        return None;
    };
    let mut found = Vec::new();
    for outcome in outcomes.split('|').filter(|outcome| !outcome.is_empty()) {
        match scope.outcome(act, outcome) {
            Some(outcome) => found.push(outcome),
            None => {
                let known = scope.acts[act.at()].outcomes.join("、");
                errors.hint(
                    &text.place,
                    format!("环节 `{id}` 没有结果 `{outcome}`"),
                    format!("可用的结果：{known}"),
                );
            }
        }
    }
    Some(ActPattern { act, outcomes: found })
}

/// Several patterns.
pub fn patterns(scope: &Scope, texts: &[Located<String>], errors: &Errors) -> Vec<ActPattern> {
    texts.iter().filter_map(|text| pattern(scope, text, errors)).collect()
}

/// A reset of a history: `act`, or `changed act`.
pub fn reset(scope: &Scope, text: &Located<String>, errors: &Errors) -> Option<Reset> {
    match text.value.strip_prefix("changed ") {
        Some(rest) => {
            Some(Reset { pattern: pattern(scope, &text.with(rest.to_owned()), errors)?, changed: true })
        }
        None => Some(Reset { pattern: pattern(scope, text, errors)?, changed: false }),
    }
}
