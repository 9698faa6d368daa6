//! The lock of a release: every name and value that records may rest on, to see what a change moves.
//!
//! A value in force is never edited, and what records name is never removed or retyped; additions are free.

use std::collections::BTreeMap;

use crate::condition::node::Node;
use crate::lawbook::Lawbook;
use crate::model::{Alternative, LimitIx, Need, NeedKind, Procedure, Shape};

/// Names and values by key, in one line each.
pub type Lock = BTreeMap<String, String>;

/// A difference between a lock and a lawbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The key in the lock.
    pub key: String,
    /// What stood there.
    pub before: Option<String>,
    /// What stands there now.
    pub after: Option<String>,
    /// Whether it is a later value of a limit, a parameter or a norm that was there before.
    pub later: bool,
    /// The erratum that names it, with the matters concerned.
    pub erratum: Option<String>,
    /// What it moves: acts, rules and worked cases, in Chinese.
    pub moves: Vec<String>,
}

impl Change {
    /// Whether a release may contain it.
    #[must_use]
    pub fn allowed(&self) -> bool {
        self.before.is_none() || self.erratum.is_some()
    }
}

/// The lock of a lawbook.
#[must_use]
pub fn lock(book: &Lawbook) -> Lock {
    let mut lock = Lock::new();
    for field in &book.fields {
        lock.insert(format!("field {}", field.id), field.of.chinese());
    }
    for parameter in &book.parameters {
        for value in &parameter.series.values {
            lock.insert(format!("parameter {} {}", parameter.id, value.from), value.value.to_string());
        }
    }
    for procedure in &book.procedures {
        procedure_lock(procedure, book, &mut lock);
    }
    for rule in &book.rules {
        lock.insert(
            format!("rule {} {}", rule.id, rule.from),
            format!("{} {}", rule.severity.id(), rule.text),
        );
    }
    for norm in &book.norms {
        for version in &norm.versions {
            lock.insert(format!("norm {} {}", norm.key, version.from), norm.title.clone());
        }
    }
    lock
}

fn procedure_lock(procedure: &Procedure, book: &Lawbook, lock: &mut Lock) {
    let head = format!("{} {}", procedure.id, procedure.from);
    for strand in &procedure.strands {
        lock.insert(format!("strand {head} {}", strand.id), strand.per.clone());
    }
    for act in &procedure.acts {
        let strand = act.strand.map_or("", |strand| &procedure.strands[strand.at()].id);
        lock.insert(format!("act {head} {}", act.id), format!("{:?} {strand}", act.nature).to_lowercase());
        for outcome in &act.outcomes {
            lock.insert(format!("outcome {head} {} {}", act.id, outcome.id), String::new());
        }
        for field in &act.fields {
            lock.insert(
                format!("act-field {head} {} {}", act.id, book.field_at(field.field).id),
                String::new(),
            );
        }
    }
    for limit in &procedure.limits {
        for value in &limit.length.values {
            let length = format!("{} {}", value.value.number, value.value.unit);
            lock.insert(format!("limit {head} {} {}", limit.id, value.from), length);
        }
    }
}

/// The differences, in order of their keys.
#[must_use]
pub fn compare(before: &Lock, book: &Lawbook) -> Vec<Change> {
    let after = lock(book);
    let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
    keys.sort();
    keys.dedup();
    let differs = |key: &&&String| before.get(**key) != after.get(**key);
    keys.iter()
        .filter(differs)
        .map(|key| Change {
            later: !before.contains_key(*key) && continues(before, key),
            key: (*key).clone(),
            before: before.get(*key).cloned(),
            after: after.get(*key).cloned(),
            erratum: book
                .errata
                .iter()
                .find(|erratum| erratum.key == **key)
                .map(|erratum| erratum.matters.clone()),
            moves: moves(book, key),
        })
        .collect()
}

/// Whether a key is a further day of a series that has others.
fn continues(before: &Lock, key: &str) -> bool {
    let Some((series, _)) = key.rsplit_once(' ') else { return false };
    let kind = key.split(' ').next().unwrap_or_default();
    matches!(kind, "limit" | "parameter" | "norm")
        && before
            .range(format!("{series} ")..)
            .next()
            .is_some_and(|(known, _)| known.starts_with(&format!("{series} ")))
}

/// What rests on a value: for a limit, its gates and rules; for a parameter, the conditions that read it.
fn moves(book: &Lawbook, key: &str) -> Vec<String> {
    let parts: Vec<&str> = key.split(' ').collect();
    match parts.as_slice() {
        ["limit", id, from, limit, _] => {
            let version = book
                .procedures
                .iter()
                .find(|procedure| procedure.id == *id && procedure.from.to_string() == *from);
            version
                .and_then(|version| Some(limit_moves(book, version, version.limit(limit)?)))
                .unwrap_or_default()
        }
        ["parameter", id, _] => parameter_moves(book, id),
        _ => Vec::new(),
    }
}

fn limit_moves(book: &Lawbook, procedure: &Procedure, limit: LimitIx) -> Vec<String> {
    let def = &procedure.limits[limit.at()];
    let mut found = Vec::new();
    let titles = |patterns: &[crate::condition::node::ActPattern]| {
        patterns
            .iter()
            .map(|pattern| procedure.def(pattern.act).title.as_str())
            .collect::<Vec<_>>()
            .join("、")
    };
    found.push(format!("期限“{}”：自“{}”起至“{}”", def.title, titles(&def.starts), titles(&def.until)));
    for act in &procedure.acts {
        for need in act.needs.iter().filter(|need| reads(need, &|node| asks_limit(node, limit), limit)) {
            found.push(format!("关口 {}", need.id));
        }
    }
    for bound in &procedure.rules {
        let named = match &bound.shape {
            Shape::Within { limit: own, .. } => *own == limit,
            Shape::Holds { when, holds, .. } => {
                when.iter().chain([holds]).any(|node| contains(node, &|node| asks_limit(node, limit)))
            }
            Shape::Needs { .. } | Shape::Exclusive { .. } => false,
        };
        if named {
            let rule = book.rule(bound.rule);
            found.push(format!("规则“{}”（{}）", rule.title, rule.id));
        }
    }
    found
}

fn asks_limit(node: &Node, limit: LimitIx) -> bool {
    matches!(node, Node::Over(own) | Node::Running(own) | Node::Due(own) if *own == limit)
}

fn contains(node: &Node, asks: &dyn Fn(&Node) -> bool) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= asks(node));
    found
}

fn reads(need: &Need, asks: &dyn Fn(&Node) -> bool, limit: LimitIx) -> bool {
    let in_alternatives = match &need.kind {
        NeedKind::Any(any) | NeedKind::Every { any, .. } | NeedKind::Some { any, .. } => {
            any.iter().any(|one| match one {
                Alternative::Over(own) => *own == limit,
                Alternative::Holds(node) => contains(node, asks),
                Alternative::Act(_)
                | Alternative::Fact(_)
                | Alternative::NotFact(_)
                | Alternative::Never(_) => false,
            })
        }
        NeedKind::NotStanding(_) => false,
    };
    in_alternatives || need.when.as_ref().is_some_and(|when| contains(when, asks))
}

fn parameter_moves(book: &Lawbook, id: &str) -> Vec<String> {
    let Some(at) = book.parameters.iter().position(|parameter| parameter.id == id) else { return Vec::new() };
    let asks = |node: &Node| matches!(node, Node::Parameter(own) if own.at() == at);
    let mut found = Vec::new();
    for procedure in &book.procedures {
        for fact in procedure.facts.iter().filter(|fact| contains(&fact.holds, &asks)) {
            found.push(format!("{}：事实“{}”", procedure.title, fact.title));
        }
        for act in &procedure.acts {
            for need in act.needs.iter().filter(|need| reads(need, &asks, LimitIx(u16::MAX))) {
                found.push(format!("{}：关口 {}", procedure.title, need.id));
            }
        }
    }
    for rule in book.rules.iter().filter(|rule| rule.text.contains(&format!("param('{id}')"))) {
        found.push(format!("规则“{}”（{}）", rule.title, rule.id));
    }
    found.dedup();
    found
}

/// Writes a lock as TOML.
#[must_use]
pub fn write(lock: &Lock) -> String {
    let mut text = String::from("# 上次发布的法规包所含的名称和值。由 `guiju law lock` 写出，不要手改。\n");
    for (key, value) in lock {
        text.push_str(&format!("{} = {}\n", quoted(key), quoted(value)));
    }
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Reads a lock.
///
/// # Errors
/// When it is no TOML table of texts.
pub fn read(text: &str) -> Result<Lock, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let pair = |(key, value): (String, toml::Value)| match value {
        toml::Value::String(text) => Ok((key, text)),
        _ => Err(format!("`{key}` 应为文字")),
    };
    table.into_iter().map(pair).collect()
}
