//! Which elements are open, and what that makes of the next one.

use std::sync::Arc;

use super::scan::Tag;
use crate::import::error::XmlFault;

/// Elements nested deeper than this are not a log.
const DEPTH_MAX: usize = 256;

/// What an element is in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Log,
    Trace,
    Event,
    /// An event outside any trace.
    StrayEvent,
    EventAttribute,
    TraceAttribute,
    /// Extensions, globals, classifiers, attributes of the log, and whatever is nested in an attribute.
    Other,
}

/// The elements that are open.
#[derive(Debug, Default)]
pub(super) struct Elements {
    /// The names, one behind the other.
    names: Vec<u8>,
    /// Where each begins.
    starts: Vec<usize>,
    /// Depth of the element whose content is skipped; 0 if none is.
    skipped: usize,
    log_seen: bool,
}

impl Elements {
    /// Takes a start tag.
    #[inline]
    pub(super) fn open(&mut self, tag: &Tag<'_>) -> Result<Part, XmlFault> {
        let part = match (self.skipped, self.starts.len()) {
            (0, 0) => self.root(tag.name)?,
            (0, 1) => match local(tag.name) {
                b"trace" => Part::Trace,
                b"event" => Part::StrayEvent,
                _ => Part::Other,
            },
            (0, 2) => match local(tag.name) {
                b"event" => Part::Event,
                _ => Part::TraceAttribute,
            },
            (0, _) => Part::EventAttribute,
            _ => Part::Other,
        };
        if !tag.is_empty {
            self.push(tag.name, part)?;
        }
        Ok(part)
    }

    fn root(&mut self, name: &[u8]) -> Result<Part, XmlFault> {
        if self.log_seen {
            return Err(XmlFault::AfterLog);
        }
        self.log_seen = true;
        if local(name) == b"log" { Ok(Part::Log) } else { Err(XmlFault::NotALog(readable(name))) }
    }

    fn push(&mut self, name: &[u8], part: Part) -> Result<(), XmlFault> {
        if self.starts.len() >= DEPTH_MAX {
            return Err(XmlFault::TooDeep(DEPTH_MAX));
        }
        self.starts.push(self.names.len());
        self.names.extend_from_slice(name);
        let is_read = matches!(part, Part::Log | Part::Trace | Part::Event);
        if !is_read && self.skipped == 0 {
            self.skipped = self.starts.len();
        }
        Ok(())
    }

    /// Takes an end tag and says what it ends.
    pub(super) fn close(&mut self, name: &[u8]) -> Result<Part, XmlFault> {
        let Some(start) = self.starts.pop() else { return Err(XmlFault::NothingOpen(readable(name))) };
        let open = self.names.get(start..).unwrap_or_default();
        if open != name {
            return Err(XmlFault::Mismatch { open: readable(open), found: readable(name) });
        }
        self.names.truncate(start);
        if self.skipped > 0 {
            if self.starts.len() < self.skipped {
                self.skipped = 0;
            }
            return Ok(Part::Other);
        }
        Ok(match self.starts.len() {
            0 => Part::Log,
            1 => Part::Trace,
            _ => Part::Event,
        })
    }

    pub(super) fn is_outside(&self) -> bool {
        self.starts.is_empty()
    }

    /// What is wrong if the file ends here.
    pub(super) fn fault_at_end(&self) -> Option<XmlFault> {
        match self.starts.last() {
            Some(start) => Some(XmlFault::EndInside(readable(self.names.get(*start..).unwrap_or_default()))),
            None => (!self.log_seen).then_some(XmlFault::NoLog),
        }
    }
}

/// A name without its namespace prefix.
#[inline]
fn local(name: &[u8]) -> &[u8] {
    match memchr::memchr(b':', name) {
        Some(colon) => name.get(colon + 1..).unwrap_or_default(),
        None => name,
    }
}

fn readable(name: &[u8]) -> Arc<str> {
    crate::import::assemble::shortened(&String::from_utf8_lossy(name))
}

/// The name of an element without prefix, for what it says of the type of a value.
#[inline]
pub(super) fn local_name<'a>(tag: &Tag<'a>) -> &'a [u8] {
    local(tag.name)
}
