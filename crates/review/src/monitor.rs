//! Reviews a live record step by step: each act is judged once, when it comes.

use std::sync::Arc;

use jiff::civil::Date;
use record::{Act, Record, Surroundings, View};

use crate::assess::{Instance, add_corrected, ask_limits, ask_rules, assess};

/// Follows one matter. Its answers are those of [`assess`] on the same record, at the cost of the new act alone.
#[derive(Debug, Clone)]
pub struct Monitor<'b> {
    record: Record<'b>,
    view: View<'b>,
    found: Vec<Instance>,
    corrected: bool,
    /// Whether acts stand otherwise than they were recorded.
    reordered: bool,
}

impl<'b> Monitor<'b> {
    /// Follows a record from its beginning.
    #[must_use]
    pub fn new(mut record: Record<'b>, surroundings: &Surroundings<'_>) -> Monitor<'b> {
        let acts = std::mem::take(&mut record.acts);
        let view = View::empty(&record);
        let mut monitor = Monitor { record, view, found: Vec::new(), corrected: false, reordered: false };
        for act in acts {
            monitor.step(act, surroundings);
        }
        monitor
    }

    /// The record so far.
    #[must_use]
    pub fn record(&self) -> &Record<'b> {
        &self.record
    }

    /// The view so far.
    #[must_use]
    pub fn view(&self) -> &View<'b> {
        &self.view
    }

    /// Takes the next act. One that happened before others already there, a correction or an adoption changes what
    /// came before, and the record is judged anew.
    pub fn step(&mut self, act: Arc<Act>, surroundings: &Surroundings<'_>) {
        let def = self.record.procedure.def(act.act);
        let last = self.view.occurrences.last().map(|last| last.act.at);
        let in_order = last.is_none_or(|last| last.compare(act.at).is_le());
        // An act without the hour lets its whole day stand as it was recorded.
        let undoes = self.reordered && last.is_some_and(|last| last.day() == act.at.day());
        let plain = in_order && !undoes && !def.corrects && act.adopted.is_empty() && !self.corrected;
        self.corrected |= def.corrects;
        self.reordered |= !in_order || !act.adopted.is_empty();
        self.record.acts.push(act.clone());
        if plain {
            ask_rules(&self.view, &act, surroundings, &mut self.found);
            self.view.add(act, None);
        } else {
            self.found.clear();
            let found = &mut self.found;
            self.view = View::fold(&self.record, record::Corrections::Made, |view, act| {
                ask_rules(view, act, surroundings, found);
            });
        }
    }

    /// Every time a rule spoke about the record, as of a day.
    #[must_use]
    pub fn answers(&self, surroundings: &Surroundings<'_>, as_of: Date) -> Vec<Instance> {
        let mut found = self.found.clone();
        ask_limits(&self.view, surroundings, as_of, &mut found);
        if self.corrected {
            add_corrected(&self.record, surroundings, as_of, &mut found);
        }
        debug_assert_eq!(found.len(), assess(&self.record, surroundings, as_of).len());
        found
    }

    /// Whether the matter has come to its end.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.view.closed_by().is_some()
    }
}
