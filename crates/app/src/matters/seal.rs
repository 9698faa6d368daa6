//! What is sealed (封存) in a matter: hidden from all but those who may read sealed things.

use record::{Standing, View};
use serde_json::{Map, Value as Json};
use terms::Value;

const VEILED: &str = "（已封存）";

/// What the latest sealing covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sealed {
    /// The acts; empty: all of them.
    seqs: Vec<i64>,
    /// The fields; empty: everything in the acts.
    parts: Vec<String>,
}

/// What is sealed now.
pub(super) fn sealed(view: &View<'_>) -> Option<Sealed> {
    let standing = view.occurrences.iter().rev().filter(|one| one.standing == Standing::Stands);
    let act = &standing.into_iter().find(|one| view.def(one).id == "record-sealed")?.act;
    let list = |id: &str| {
        let (field, _) = view.book.field(id)?;
        act.field(field).and_then(Value::as_list)
    };
    Some(Sealed {
        seqs: list("sealed-seqs").unwrap_or_default().iter().filter_map(Value::as_int).collect(),
        parts: list("sealed-parts")
            .unwrap_or_default()
            .iter()
            .filter_map(Value::as_text)
            .map(str::to_owned)
            .collect(),
    })
}

impl Sealed {
    /// Hides what is sealed in the line of an act.
    pub(super) fn veil(&self, seq: u32, line: &mut Map<String, Json>) {
        if !self.seqs.is_empty() && !self.seqs.contains(&i64::from(seq)) {
            return;
        }
        let covered = |field: &str| self.parts.is_empty() || self.parts.iter().any(|part| part == field);
        if let Some(fields) = line.get_mut("fields").and_then(Json::as_object_mut) {
            fields
                .iter_mut()
                .filter(|(field, _)| covered(field))
                .for_each(|(_, value)| *value = VEILED.into());
        }
        if self.parts.is_empty() {
            for party in line.get_mut("parties").and_then(Json::as_array_mut).into_iter().flatten() {
                if let Some(name) = party.get_mut("name") {
                    *name = VEILED.into();
                }
            }
        }
    }
}
