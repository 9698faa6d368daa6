//! Event logs: each activity is an act, each case a matter.

use std::ops::ControlFlow;
use std::path::Path;

use lawbook::model::{ActIx, FieldIx, Procedure};
use record::{Act, Head, Record};
use serde_json::Value as Json;
use terms::{AGENCY_OFFSET, Moment, Value};

use crate::import::{
    ImportError, Options, Place, Projection, RawEvent, RawTime, RawValue, Summary, Visitor, read_log,
};

use super::ReviewError;
use super::desk::{Desk, refile};

pub(super) fn read(desk: &mut Desk<'_, '_>, path: &Path) -> Result<Summary, ReviewError> {
    let options = desk.options;
    let id = options.procedure.or(options.mapping.and_then(|mapping| mapping.procedure()));
    let only = match desk.book.procedures.as_slice() {
        [only] => Some(only.id.as_str()),
        _ => None,
    };
    let id = id.or(only).unwrap_or_default();
    if !desk.book.procedures.iter().any(|procedure| procedure.id == id) {
        return Err(ReviewError::NoProcedure { given: id.to_owned() });
    }
    let plain = Projection::new();
    let projection = options.mapping.map_or(&plain, |mapping| mapping.projection());
    let reading = Options { threads: options.threads, n_read: options.n_read.clone(), ..Options::default() };
    let mut reader = LogReader {
        desk,
        file: path.display().to_string(),
        procedure: id.into(),
        acts: Vec::new(),
        current: None,
        before: None,
        error: None,
    };
    let summary = read_log(path, projection, &reading, &mut reader);
    reader.put_away();
    match (reader.error, summary) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(error.into()),
        (None, Ok(summary)) => Ok(summary),
    }
}

struct LogReader<'d, 'b, 'o> {
    desk: &'d mut Desk<'b, 'o>,
    file: String,
    procedure: Box<str>,
    /// For each version of the procedure the act of each activity, once it was looked up; inside, whether it is known
    /// at all.
    acts: Vec<(&'b Procedure, Vec<Option<Option<ActIx>>>)>,
    /// The matter the latest event belonged to.
    current: Option<Record<'b>>,
    before: Option<Moment>,
    error: Option<ReviewError>,
}

impl<'b> LogReader<'_, 'b, '_> {
    /// Lays the matter at hand back on the desk, closed or not.
    fn put_away(&mut self) {
        let Some(record) = self.current.take() else { return };
        let closed = record.acts.last().is_some_and(|act| record.procedure.def(act.act).closes);
        let matter = record.head.matter.clone();
        self.desk.lay(record);
        if closed {
            self.desk.closes(&matter);
        }
    }

    /// Takes up the matter of an event.
    fn take_up(&mut self, case: &str, at: Moment) {
        if self.current.as_ref().is_some_and(|record| *record.head.matter == *case) {
            return;
        }
        self.put_away();
        let known = self
            .desk
            .open_record(case)
            .map(|record| Record { acts: std::mem::take(&mut record.acts), ..record.clone() });
        let head = || Head { matter: case.into(), procedure: self.procedure.clone(), ..Head::default() };
        self.current = known.or_else(|| Record::new(self.desk.book, head(), at.day()));
        self.before = self.current.as_ref().and_then(|record| record.acts.last()).map(|act| act.at);
    }

    fn act_of(
        &mut self,
        event: &RawEvent<'_>,
        procedure: &'b Procedure,
    ) -> Result<Option<ActIx>, ReviewError> {
        let index = event.activity.0 as usize;
        let version =
            self.acts.iter().position(|(known, _)| std::ptr::eq(*known, procedure)).unwrap_or_else(|| {
                self.acts.push((procedure, Vec::new()));
                self.acts.len() - 1
            });
        let acts = &mut self.acts[version].1;
        if acts.len() <= index {
            acts.resize(index + 1, None);
        }
        if let Some(known) = acts[index] {
            return Ok(known);
        }
        let name = event.act.unwrap_or(event.activity_name);
        let act = procedure.act(name);
        acts[index] = Some(act);
        if act.is_none() {
            let error = self.desk.no_act(self.place(event.place), procedure, name);
            self.desk.problem(error)?;
        }
        Ok(act)
    }

    fn place(&self, place: Place) -> String {
        format!("{} {place}", self.file)
    }

    fn take(&mut self, event: &RawEvent<'_>) -> Result<(), ReviewError> {
        let at = match event.time {
            RawTime::Day(day) => Moment::Day(day),
            // The days of a log from elsewhere are those of its own zone.
            RawTime::Instant(instant) if instant.offset() == AGENCY_OFFSET => {
                Moment::Instant(instant.timestamp())
            }
            RawTime::Instant(instant) => Moment::Day(instant.local_day()),
        };
        self.take_up(event.case, at);
        let Some(procedure) = self.current.as_ref().map(|record| record.procedure) else { return Ok(()) };
        let Some(ix) = self.act_of(event, procedure)? else { return Ok(()) };
        if let Some(before) = self.before
            && at.compare(before).is_lt()
        {
            let error = ReviewError::Backwards {
                place: self.place(event.place),
                matter: event.case.to_owned(),
                act: procedure.def(ix).title.clone(),
                at: at.to_string(),
                before: before.to_string(),
            };
            self.desk.problem(error)?;
        }
        self.before = Some(at);
        let mut act = Act::bare(ix, at, None);
        if let Some(mapping) = self.desk.options.mapping {
            let book = self.desk.book;
            for (name, value) in event.attributes.iter().chain(event.case_attributes.iter()) {
                let Some((field, value)) =
                    mapping.field(name).and_then(|id| field_value(book, procedure, ix, id, value))
                else {
                    continue;
                };
                act.set(field, value);
            }
        }
        if let Some(record) = &mut self.current {
            record.push(act);
            refile(record);
        }
        Ok(())
    }
}

/// The value of a mapped attribute, when the act carries the field and the value fits.
fn field_value(
    book: &lawbook::Lawbook,
    procedure: &Procedure,
    act: ActIx,
    id: &str,
    raw: RawValue<'_>,
) -> Option<(FieldIx, Value)> {
    let (field, def) = book.field(id)?;
    procedure.def(act).fields.iter().find(|own| own.field == field)?;
    let json = match raw {
        RawValue::Text(text) | RawValue::Decimal(text) => Json::from(text),
        RawValue::Integer(number) | RawValue::Money(number) => Json::from(number),
        RawValue::Boolean(known) => Json::from(known),
        RawValue::Time(RawTime::Day(day)) => Json::from(day.to_string()),
        RawValue::Time(RawTime::Instant(instant)) => Json::from(instant.timestamp().to_string()),
    };
    def.read(&json).ok().map(|value| (field, value))
}

impl Visitor for LogReader<'_, '_, '_> {
    fn event(&mut self, event: &RawEvent<'_>) -> ControlFlow<()> {
        match self.take(event) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn trace_end(&mut self, case: &str) -> ControlFlow<()> {
        if self.current.as_ref().is_some_and(|record| *record.head.matter == *case)
            && let Some(record) = self.current.take()
        {
            self.desk.judge(&record);
        }
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: ImportError) -> Result<(), ImportError> {
        self.desk.problem(problem)
    }
}
