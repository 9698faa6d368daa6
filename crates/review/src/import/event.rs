//! What a reader hands over: raw events and whoever takes them.

use std::ops::{ControlFlow, Range};
use std::path::Path;

use super::error::ImportError;
use super::names::ActivityId;
use super::place::{Place, Tally};
use super::time::RawTime;

/// One event of a log, borrowed until the visitor returns.
#[derive(Debug, Clone, Copy)]
pub struct RawEvent<'a> {
    /// Id of the matter (案号).
    pub case: &'a str,
    /// Number of the activity; ids are dense and given in order of first use.
    pub activity: ActivityId,
    /// The activity (环节) as the file writes it.
    pub activity_name: &'a str,
    /// The act it stands for, if there is a mapping.
    pub act: Option<&'a str>,
    /// When it happened.
    pub time: RawTime,
    /// The transition of the XES lifecycle, as written.
    pub lifecycle: Option<&'a str>,
    /// The attributes of the event that were asked for and are present.
    pub attributes: Attributes<'a>,
    /// The attributes of its trace that were asked for and are present. In CSV they are `attributes`.
    pub case_attributes: Attributes<'a>,
    /// Where the event begins in the file.
    pub place: Place,
}

/// Number of a wanted attribute: its position in the projection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(pub u16);

/// The value of a wanted attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawValue<'a> {
    /// Text, with references resolved.
    Text(&'a str),
    /// A number with decimals, as written: floating point is nowhere near money.
    Decimal(&'a str),
    /// An integer.
    Integer(i64),
    /// An amount in minor units (fen, cents).
    Money(i64),
    /// Yes or no.
    Boolean(bool),
    /// A day or an instant.
    Time(RawTime),
}

/// Wanted attributes in the order of the file.
#[derive(Debug, Clone, Copy)]
pub struct Attributes<'a> {
    values: &'a [(Name, Stored)],
    text: &'a str,
}

impl<'a> Attributes<'a> {
    /// All of them, in the order of the file.
    pub fn iter(self) -> impl Iterator<Item = (Name, RawValue<'a>)> {
        self.values.iter().map(move |(name, stored)| (*name, stored.with(self.text)))
    }

    /// The first value of that name.
    pub fn get(self, name: Name) -> Option<RawValue<'a>> {
        self.iter().find_map(|(found, value)| (found == name).then_some(value))
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.values.is_empty()
    }
}

/// Values with their text in one buffer, used again for each event.
#[derive(Debug, Default)]
pub(super) struct Values {
    values: Vec<(Name, Stored)>,
    text: String,
}

#[derive(Debug, Clone)]
enum Stored {
    Text(Range<usize>),
    Decimal(Range<usize>),
    Integer(i64),
    Money(i64),
    Boolean(bool),
    Time(RawTime),
}

impl Stored {
    fn with<'a>(&self, text: &'a str) -> RawValue<'a> {
        match self {
            Stored::Text(range) => RawValue::Text(text.get(range.clone()).unwrap_or_default()),
            Stored::Decimal(range) => RawValue::Decimal(text.get(range.clone()).unwrap_or_default()),
            Stored::Integer(value) => RawValue::Integer(*value),
            Stored::Money(value) => RawValue::Money(*value),
            Stored::Boolean(value) => RawValue::Boolean(*value),
            Stored::Time(value) => RawValue::Time(*value),
        }
    }
}

impl Values {
    pub(super) fn clear(&mut self) {
        self.values.clear();
        self.text.clear();
    }

    pub(super) fn push(&mut self, name: Name, value: RawValue<'_>) {
        let stored = match value {
            RawValue::Text(text) => Stored::Text(self.keep(text)),
            RawValue::Decimal(text) => Stored::Decimal(self.keep(text)),
            RawValue::Integer(value) => Stored::Integer(value),
            RawValue::Money(value) => Stored::Money(value),
            RawValue::Boolean(value) => Stored::Boolean(value),
            RawValue::Time(value) => Stored::Time(value),
        };
        self.values.push((name, stored));
    }

    fn keep(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }

    pub(super) fn view(&self) -> Attributes<'_> {
        Attributes { values: &self.values, text: &self.text }
    }
}

/// Takes what a reader finds. A closure over events is a visitor, too.
pub trait Visitor {
    /// One event. `Break` ends reading without an error.
    fn event(&mut self, event: &RawEvent<'_>) -> ControlFlow<()>;

    /// The matter `case` has no more events. Only for files grouped by matter (XES).
    fn trace_end(&mut self, case: &str) -> ControlFlow<()> {
        let _ = case;
        ControlFlow::Continue(())
    }

    /// A problem behind which reading can go on.
    ///
    /// # Errors
    /// Given back, it ends reading; that is what happens unless the visitor keeps the problem and says `Ok`.
    fn problem(&mut self, problem: ImportError) -> Result<(), ImportError> {
        Err(problem)
    }
}

impl<F: FnMut(&RawEvent<'_>) -> ControlFlow<()>> Visitor for F {
    fn event(&mut self, event: &RawEvent<'_>) -> ControlFlow<()> {
        self(event)
    }
}

/// The kinds of files that can be read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One record a line; see [`super::read_lines`].
    Jsonl,
    /// An event log; see [`super::read_log`].
    Log(LogFormat),
}

/// The kinds of event logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// IEEE 1849 event log in XML, grouped by matter.
    Xes,
    /// A table with a header, one event a row.
    Csv,
}

impl Format {
    /// The format that the ending of the name says, with or without `.gz`.
    pub fn of(path: &Path) -> Option<Format> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "jsonl" | "ndjson" => Some(Format::Jsonl),
            "xes" => Some(Format::Log(LogFormat::Xes)),
            "csv" | "tsv" => Some(Format::Log(LogFormat::Csv)),
            _ => None,
        }
    }
}

/// What was read of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Matters and events handed over.
    pub read: Tally,
    /// Events left out because of their lifecycle transition.
    pub n_other_transition: u64,
    /// Events left out because the mapping does not name their activity.
    pub n_unknown_activity: u64,
    /// Problems that the visitor passed over.
    pub n_problems: u64,
    /// Whether the visitor asked to stop before the end.
    pub stopped: bool,
}
