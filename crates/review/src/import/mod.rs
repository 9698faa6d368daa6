//! Logs of other systems, read in one pass: XES, CSV and JSONL, plain or gzipped.
//!
//! A reader turns a file into events that borrow from its buffer and hands them to a [`Visitor`]; memory
//! does not grow with the file, and nothing is read of an event but what the [`Projection`] asks for. What
//! the events mean (acts, fields, order) is up to the caller. Reading, inflating and converting run on a
//! second thread, parsing on the caller's.
//!
//! ```text
//! file → inflate → UTF-8 ═(pieces)═► window → scanner → assembler → visitor
//! ```
//!
//! A [`Mapping`] is read from `map.toml` and says which attribute is which field and which activity is
//! which act.

mod assemble;
mod csv;
mod decimal;
mod encoding;
mod error;
mod event;
mod lines;
pub mod mapping;
mod names;
mod place;
mod projection;
mod reader;
mod source;
mod time;
mod window;
mod xes;

pub use error::{ImportError, XmlFault};
pub use event::{Attributes, Format, LogFormat, Name, RawEvent, RawValue, Summary, Visitor};
pub use lines::{Line, LineVisitor};
pub use mapping::{Mapping, MappingError};
pub use names::ActivityId;
pub use place::{At, Place, Tally};
pub use projection::{Level, Projection, UnknownActivities, ValueKind};
pub use reader::{Options, read_lines, read_lines_from, read_log, read_log_from};
pub use source::Threads;
pub use time::{RawTime, WrittenInstant};
