//! The order of law: by when acts happened, then by number; corrections made, adopted acts put where they belong.

use std::borrow::Cow;

use lawbook::model::FieldIx;
use serde_json::Value as Json;
use terms::{Moment, Value};

use crate::act::Act;
use crate::record::Record;
use crate::view::Corrections;

/// An act on its way into the view.
pub struct Event<'r> {
    /// The act.
    pub act: Cow<'r, Act>,
    /// The matter it was brought in from.
    pub adopted_from: Option<Box<str>>,
}

/// The acts of a record in the order of law.
#[must_use]
pub fn events<'r>(record: &'r Record<'r>, corrections: Corrections) -> Vec<Event<'r>> {
    let mut events: Vec<Event<'r>> = Vec::with_capacity(record.acts.len());
    for act in &record.acts {
        for adopted in &act.adopted {
            let mut own = (*adopted.act).clone();
            own.seq = 0;
            events.push(Event { act: Cow::Owned(own), adopted_from: Some(adopted.matter.clone()) });
        }
        events.push(Event { act: Cow::Borrowed(act), adopted_from: None });
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
fn sort(events: &mut Vec<Event<'_>>) {
    events.sort_by_key(|event| event.act.at.day());
    let mut start = 0;
    while start < events.len() {
        let day = events[start].act.at.day();
        let end = events[start..].iter().position(|event| event.act.at.day() != day).map_or(events.len(), |n| start + n);
        if events[start..end].iter().all(|event| event.act.at.instant().is_some()) {
            events[start..end].sort_by_key(|event| event.act.at.instant());
        }
        start = end;
    }
}

/// Makes the corrections a record contains, in the order they were recorded.
fn correct(record: &Record<'_>, events: &mut [Event<'_>]) {
    if !record.acts.iter().any(|act| record.procedure.def(act.act).corrects) {
        return;
    }
    for correction in record.acts.iter().filter(|act| record.procedure.def(act.act).corrects) {
        let Some(made) = Correction::read(record, correction) else { continue };
        let target = events.iter_mut().find(|event| event.adopted_from.is_none() && event.act.seq == made.seq);
        let Some(event) = target else { continue };
        match made.what {
            Corrected::At(at) => event.act.to_mut().at = at,
            Corrected::Field(field, value) => event.act.to_mut().set(field, value),
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
    #[must_use]
    pub fn read(record: &Record<'_>, act: &Act) -> Option<Correction> {
        let text = |id: &str| act.field(record.book.field(id)?.0)?.as_text();
        let seq = u32::try_from(act.field(record.book.field("target-seq")?.0)?.as_int()?).ok()?;
        let target = record.act(seq)?;
        let (name, new) = (text("corrected-field")?, text("new-value")?);
        if name == "at" {
            return Some(Correction { seq, what: Corrected::At(new.parse().ok()?) });
        }
        let (field, def) = record.book.field(name)?;
        record.procedure.def(target.act).fields.iter().find(|own| own.field == field)?;
        let as_json: Json = serde_json::from_str(new).unwrap_or_else(|_| Json::from(new));
        let value = def.read(&as_json).or_else(|_| def.read(&Json::from(new))).ok()?;
        Some(Correction { seq, what: Corrected::Field(field, value) })
    }

    /// What stands now where the correction would put its new value, as text; to compare with the old value it states.
    #[must_use]
    pub fn present(record: &Record<'_>, act: &Act) -> Option<String> {
        let text = |id: &str| act.field(record.book.field(id)?.0)?.as_text();
        let seq = u32::try_from(act.field(record.book.field("target-seq")?.0)?.as_int()?).ok()?;
        let name = text("corrected-field")?;
        let events = events(record, Corrections::Made);
        let event = events.iter().find(|event| event.adopted_from.is_none() && event.act.seq == seq)?;
        if name == "at" {
            return Some(event.act.at.to_string());
        }
        let (field, _) = record.book.field(name)?;
        event.act.field(field).map(|value| match serde_json::to_value(value) {
            Ok(Json::String(text)) => text,
            Ok(json) => json.to_string(),
            Err(_) => value.to_string(),
        })
    }
}
