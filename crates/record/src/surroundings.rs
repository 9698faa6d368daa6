//! What the shell looked up because the gates ask for it: register entries of other matters.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::civil::Date;
use lawbook::model::RegisterEntry;
use terms::{Moment, Value};

use crate::ask::Asker;
use crate::record::Record;
use crate::view::View;

/// Register entries (登记簿) and other matters, as far as they were looked up.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// Matters that are entries of registers, and those acts are adopted from.
    pub records: &'a [Record<'a>],
    /// Entries given by their values, for worked cases.
    pub entries: &'a [RegisterEntry],
    /// Whether registers were looked up at all. When they were not, what rests on them warns and does not block.
    pub given: bool,
    /// Where it is noted which entries were asked for, so that the caller can look them up and ask again.
    pub asked: Option<&'a Asked>,
}

/// Entries of registers that were asked for: register and subject.
#[derive(Debug, Default)]
pub struct Asked(RefCell<BTreeSet<(Box<str>, Box<str>)>>);

impl Asked {
    /// The entries, in order.
    #[must_use]
    pub fn entries(&self) -> Vec<(Box<str>, Box<str>)> {
        self.0.borrow().iter().cloned().collect()
    }
}

/// A value found in a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The value; nothing when the entry has none on that day.
    pub value: Option<Value>,
    /// The matter that is the entry.
    pub matter: Box<str>,
    /// How many acts it had.
    pub version: u32,
}

impl Surroundings<'_> {
    /// No registers at hand.
    #[must_use]
    pub fn none() -> Surroundings<'static> {
        Surroundings { records: &[], entries: &[], given: false, asked: None }
    }

    /// The record of a matter, if it was looked up.
    #[must_use]
    pub fn matter(&self, matter: &str) -> Option<&Record<'_>> {
        self.records.iter().rev().find(|record| *record.head.matter == *matter)
    }

    /// The value of a register entry on a day; nothing when there is no entry about that subject.
    #[must_use]
    pub fn look(&self, register: &str, subject: &str, value: &str, at: Moment) -> Option<Looked> {
        if let Some(asked) = self.asked {
            asked.0.borrow_mut().insert((register.into(), subject.into()));
        }
        self.look_in_records(register, subject, value, at)
            .or_else(|| self.look_in_entries(register, subject, value, at.day()))
    }

    fn look_in_records(&self, register: &str, subject: &str, value: &str, at: Moment) -> Option<Looked> {
        let is_entry = |record: &&Record<'_>| {
            let def = record.procedure.register.as_ref().filter(|def| def.id == register);
            def.is_some_and(|def| {
                record.acts.iter().any(|act| act.subjects(&def.subject).iter().any(|id| &**id == subject))
            })
        };
        let record = self.records.iter().rev().find(is_entry)?;
        let def = record.procedure.register.as_ref()?.values.iter().find(|def| def.id == value)?;
        let view = View::until(record, at);
        let nobody = Surroundings::none();
        let asker = Asker::about_matter(&view, at, &nobody);
        Some(Looked {
            value: asker.value(&def.reads).ok(),
            matter: record.head.matter.clone(),
            version: u32::try_from(record.acts.len()).unwrap_or(u32::MAX),
        })
    }

    fn look_in_entries(&self, register: &str, subject: &str, value: &str, day: Date) -> Option<Looked> {
        let entry = self
            .entries
            .iter()
            .filter(|entry| entry.register == register && entry.subject == subject)
            .filter(|entry| entry.from.is_none_or(|from| from <= day))
            .max_by_key(|entry| entry.from)?;
        let json = entry.values.get(value);
        let read = json.and_then(|json| match json {
            serde_json::Value::Bool(known) => Some(Value::Bool(*known)),
            serde_json::Value::Number(number) => number.as_i64().map(Value::Int),
            serde_json::Value::String(text) => {
                Some(text.parse().map_or_else(|_| Value::text(text), Value::Day))
            }
            serde_json::Value::Array(items) => {
                Some(Value::List(items.iter().filter_map(|item| item.as_str().map(Value::text)).collect()))
            }
            serde_json::Value::Null | serde_json::Value::Object(_) => None,
        });
        Some(Looked { value: read, matter: subject.into(), version: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_is_noted_once() {
        let asked = Asked::default();
        let surroundings = Surroundings { given: true, asked: Some(&asked), ..Surroundings::none() };
        let day = Moment::Day(Date::constant(2026, 3, 2));
        for person in ["p-2", "p-1", "p-2"] {
            assert_eq!(surroundings.look("certificate", person, "active", day), None);
        }
        let pair = |person: &str| (Box::from("certificate"), Box::from(person));
        assert_eq!(asked.entries(), [pair("p-1"), pair("p-2")]);
    }
}
