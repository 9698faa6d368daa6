//! The order of law: by when acts happened, then by number; corrections made, adopted acts put where they belong.

use std::sync::Arc;

use lawbook::Lawbook;
use lawbook::model::{FieldIx, Procedure};
use serde_json::Value as Json;
use terms::{Moment, Value};

use crate::act::Act;
use crate::record::Record;
use crate::view::{Corrections, View};

/// An act on its way into the view.
pub struct Event {
    /// The act.
    pub act: Arc<Act>,
    /// The matter it was brought in from.
    pub adopted_from: Option<Box<str>>,
}

/// Whether the acts were recorded in the order of law, none adopted and none corrected.
#[must_use]
pub fn is_plain(record: &Record<'_>, corrections: Corrections) -> bool {
    let plain = |act: &Act| act.adopted.is_empty() && !record.procedure.def(act.act).corrects;
    record.acts.windows(2).all(|pair| pair[0].at.compare(pair[1].at).is_le())
        && record
            .acts
            .iter()
            .all(|act| plain(act) || (corrections == Corrections::Ignored && act.adopted.is_empty()))
}

/// The acts of a record in the order of law.
#[must_use]
pub fn events(record: &Record<'_>, corrections: Corrections) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::with_capacity(record.acts.len());
    for act in &record.acts {
        for adopted in &act.adopted {
            let mut own = (*adopted.act).clone();
            own.seq = 0;
            events.push(Event { act: Arc::new(own), adopted_from: Some(adopted.matter.clone()) });
        }
        events.push(Event { act: act.clone(), adopted_from: None });
    }
    if corrections == Corrections::Made {
        correct(record, &mut events);
    }
    let ordered = events.windows(2).all(|pair| pair[0].act.at.compare(pair[1].act.at).is_le());
    if !ordered {
        sort(&mut events);
    }
    events
}

/// By day; within a day by instant when every act of that day has one, and else as recorded.
fn sort(events: &mut [Event]) {
    events.sort_by_key(|event| event.act.at.day());
    let mut start = 0;
    while start < events.len() {
        let day = events[start].act.at.day();
        let end = events[start..]
            .iter()
            .position(|event| event.act.at.day() != day)
            .map_or(events.len(), |n| start + n);
        if events[start..end].iter().all(|event| event.act.at.instant().is_some()) {
            events[start..end].sort_by_key(|event| event.act.at.instant());
        }
        start = end;
    }
}

/// Makes the corrections a record contains, in the order they were recorded.
fn correct(record: &Record<'_>, events: &mut [Event]) {
    if !record.acts.iter().any(|act| record.procedure.def(act.act).corrects) {
        return;
    }
    for correction in record.acts.iter().filter(|act| record.procedure.def(act.act).corrects) {
        let Some(made) = Correction::read(record, correction) else { continue };
        let target =
            events.iter_mut().find(|event| event.adopted_from.is_none() && event.act.seq == made.seq);
        let Some(event) = target else { continue };
        match made.what {
            Corrected::At(at) => Arc::make_mut(&mut event.act).at = at,
            Corrected::Field(field, value) => Arc::make_mut(&mut event.act).set(field, value),
        }
    }
}

/// What a correction changes.
pub enum Corrected {
    /// When the act happened.
    At(Moment),
    /// A field.
    Field(FieldIx, Value),
}

/// A correction, read from its fields.
pub struct Correction {
    /// The number of the corrected act.
    pub seq: u32,
    /// What is changed.
    pub what: Corrected,
}

impl Correction {
    /// Reads a correction; nothing when it names no act or field of the record, or its new value does not fit.
    fn read(record: &Record<'_>, act: &Act) -> Option<Correction> {
        let seq = target(record.book, act)?;
        Some(Correction { seq, what: what(record.book, record.procedure, record.act(seq)?, act)? })
    }

    /// What a proposed correction would change, on a view.
    #[must_use]
    pub fn proposed(view: &View<'_>, act: &Act) -> Option<Correction> {
        let seq = target(view.book, act)?;
        let (_, occurrence) = view.by_seq(seq)?;
        Some(Correction { seq, what: what(view.book, view.procedure(), &occurrence.act, act)? })
    }

    /// What stands now where a proposed correction would put its new value, as text; to compare with the old value it states.
    #[must_use]
    pub fn present(view: &View<'_>, act: &Act) -> Option<String> {
        let (_, occurrence) = view.by_seq(target(view.book, act)?)?;
        let name = text(view.book, act, "corrected-field")?;
        if name == "at" {
            return Some(occurrence.act.at.to_string());
        }
        let (field, _) = view.book.field(name)?;
        occurrence.act.field(field).map(|value| match serde_json::to_value(value) {
            Ok(Json::String(text)) => text,
            Ok(json) => json.to_string(),
            Err(_) => value.to_string(),
        })
    }
}

fn text<'a>(book: &Lawbook, act: &'a Act, id: &str) -> Option<&'a str> {
    act.field(book.field(id)?.0)?.as_text()
}

fn target(book: &Lawbook, act: &Act) -> Option<u32> {
    u32::try_from(act.field(book.field("target-seq")?.0)?.as_int()?).ok()
}

fn what(book: &Lawbook, procedure: &Procedure, target: &Act, act: &Act) -> Option<Corrected> {
    let (name, new) = (text(book, act, "corrected-field")?, text(book, act, "new-value")?);
    if name == "at" {
        return Some(Corrected::At(new.parse().ok()?));
    }
    let (field, def) = book.field(name)?;
    procedure.def(target.act).fields.iter().find(|own| own.field == field)?;
    let as_json: Json = serde_json::from_str(new).unwrap_or_else(|_| Json::from(new));
    let value = def.read(&as_json).or_else(|_| def.read(&Json::from(new))).ok()?;
    Some(Corrected::Field(field, value))
}
