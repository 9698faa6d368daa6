//! A matter's record (卷): its head and its acts, in the order they were recorded.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use lawbook::Lawbook;
use lawbook::model::Procedure;

use crate::act::Act;
use crate::head::Head;

/// The record of one matter under the lawbook that reads it.
#[derive(Debug, Clone)]
pub struct Record<'b> {
    /// The lawbook.
    pub book: &'b Lawbook,
    /// The version of the procedure that governs the matter.
    pub procedure: &'b Procedure,
    /// The head.
    pub head: Arc<Head>,
    /// The acts, by number.
    pub acts: Vec<Arc<Act>>,
}

impl<'b> Record<'b> {
    /// A record without acts, under the version of the procedure that governs a matter filed on a day.
    #[must_use]
    pub fn new(book: &'b Lawbook, head: Head, filed: Date) -> Option<Record<'b>> {
        let procedure = book.procedure(&head.procedure, filed)?;
        Some(Record { book, procedure, head: Arc::new(head), acts: Vec::new() })
    }

    /// The filing day (立案日): that of the filing act, or of the first act.
    #[must_use]
    pub fn filed_on(&self) -> Option<Date> {
        let filed = self.procedure.filed.and_then(|filed| self.acts.iter().find(|act| act.act == filed));
        filed.or(self.acts.first()).map(|act| act.at.day())
    }

    /// The act of that number.
    #[must_use]
    pub fn act(&self, seq: u32) -> Option<&Act> {
        self.acts.iter().find(|act| act.seq == seq).map(Arc::as_ref)
    }

    /// The number the next act gets.
    #[must_use]
    pub fn next_seq(&self) -> u32 {
        self.acts.last().map_or(1, |act| act.seq + 1)
    }

    /// Adds an act, numbering it when it has no number.
    pub fn push(&mut self, mut act: Act) {
        if act.seq == 0 {
            act.seq = self.next_seq();
        }
        self.acts.push(Arc::new(act));
    }

    /// Numbers that occur twice.
    #[must_use]
    pub fn duplicate_seqs(&self) -> BTreeSet<u32> {
        let mut seen = BTreeSet::new();
        self.acts.iter().filter(|act| !seen.insert(act.seq)).map(|act| act.seq).collect()
    }
}
