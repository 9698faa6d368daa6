//! Event logs in XES (IEEE 1849), read with a scanner of our own.
//!
//! XES needs little of XML, and most of a log are attributes nobody asked for. The scanner looks at each
//! byte about once, checks what makes a text well formed (names, quotes, nesting), and is several times as
//! fast as a general reader that delivers every event.

mod elements;
mod scan;

use std::borrow::Cow;
use std::sync::Arc;

use elements::{Elements, Part, local_name};
use scan::{Opaque, Scanned, Tag, Token};

use super::assemble::{Assembler, Keys, Role, Stop, Written, shortened};
use super::error::{ImportError, XmlFault};
use super::event::{Name, Visitor};
use super::place::Place;
use super::projection::{Level, Projection};
use super::window::Window;

/// Reads a log to its end.
pub(super) struct XesReader<'p> {
    window: Window,
    elements: Elements,
    roles: Roles,
    limit: usize,
    pub assembler: Assembler<'p>,
}

impl<'p> XesReader<'p> {
    pub(super) fn new(
        projection: &'p Projection,
        file: Arc<str>,
        window: Window,
        limit: usize,
    ) -> XesReader<'p> {
        let or = |key: &Option<Arc<str>>, usual: &str| key.clone().unwrap_or_else(|| usual.into());
        let keys = Keys {
            case: or(&projection.case, "concept:name"),
            activity: or(&projection.activity, "concept:name"),
            time: or(&projection.time, "time:timestamp"),
        };
        let roles = Roles::of(projection, &keys);
        let assembler = Assembler::new(projection, file, keys);
        XesReader { window, elements: Elements::default(), roles, limit, assembler }
    }

    pub(super) fn read<V: Visitor + ?Sized>(&mut self, visitor: &mut V) -> Result<(), Stop> {
        loop {
            let XesReader { window, elements, roles, assembler, .. } = &mut *self;
            match scan::next(window.text()) {
                Scanned::Token { token: Token::Start(tag), at, end } => {
                    if elements.is_outside() {
                        check_blank(window, assembler, at)?;
                    }
                    let part = elements.open(&tag).map_err(|fault| broken(window, assembler, at, fault))?;
                    let ahead = Ahead { window, at };
                    match part {
                        Part::EventAttribute => roles.event_attribute(&tag, ahead, assembler)?,
                        Part::TraceAttribute => roles.trace_attribute(&tag, ahead, assembler, visitor)?,
                        Part::Other => {}
                        Part::Log | Part::Trace | Part::Event | Part::StrayEvent => {
                            let is_empty = tag.is_empty;
                            window.pass(at);
                            self.begin(part, visitor)?;
                            self.window.pass(end - at);
                            if is_empty {
                                self.finish(part, visitor)?;
                            }
                            continue;
                        }
                    }
                    window.pass(end);
                }
                Scanned::Token { token: Token::End(name), at, end } => {
                    let part = elements.close(name).map_err(|fault| broken(window, assembler, at, fault))?;
                    window.pass(end);
                    self.finish(part, visitor)?;
                }
                Scanned::Token { token: Token::Opaque(opaque), at, end } => {
                    if elements.is_outside() {
                        check_blank(window, assembler, at)?;
                    }
                    window.pass(at);
                    let begins = window.place();
                    window.pass(end - at);
                    self.skip(opaque, begins)?;
                }
                Scanned::More { at } => {
                    if !self.more_behind(at)? {
                        return Ok(());
                    }
                }
                Scanned::Broken { fault, at } => return Err(broken(window, assembler, at, fault)),
            }
        }
    }

    fn begin<V: Visitor + ?Sized>(&mut self, part: Part, visitor: &mut V) -> Result<(), Stop> {
        match part {
            Part::Trace => {
                let place = self.window.place();
                self.assembler.begin_case(place);
            }
            Part::Event => {
                let place = self.window.place();
                self.assembler.begin_event(place);
            }
            Part::StrayEvent => {
                let at = self.assembler.at(self.window.place());
                let key = self.assembler.keys.case.clone();
                return self.assembler.problem(ImportError::MissingCase { at, key }, visitor);
            }
            Part::Log | Part::EventAttribute | Part::TraceAttribute | Part::Other => {}
        }
        Ok(())
    }

    fn finish<V: Visitor + ?Sized>(&mut self, part: Part, visitor: &mut V) -> Result<(), Stop> {
        match part {
            Part::Event => self.assembler.finish_event(visitor),
            Part::Trace => self.assembler.finish_case(visitor),
            Part::Log | Part::StrayEvent | Part::EventAttribute | Part::TraceAttribute | Part::Other => {
                Ok(())
            }
        }
    }

    /// Gets more text behind an unfinished token `at` bytes ahead; false if the log ended as it should.
    fn more_behind(&mut self, at: usize) -> Result<bool, Stop> {
        if self.elements.is_outside() {
            check_blank(&self.window, &self.assembler, at)?;
        }
        self.window.pass(at);
        if self.window.text().len() > self.limit {
            let at = self.assembler.at(self.window.place());
            return Err(Stop::Failed(ImportError::TooLong { at, limit: self.limit }));
        }
        if self.more()? {
            return Ok(true);
        }
        let cut = (!self.window.text().is_empty()).then_some(XmlFault::EndInTag);
        match cut.or_else(|| self.elements.fault_at_end()) {
            Some(fault) => Err(broken(&self.window, &self.assembler, 0, fault)),
            None => Ok(false),
        }
    }

    fn more(&mut self) -> Result<bool, Stop> {
        self.window.more().map_err(|fault| {
            let at = self.assembler.at(self.window.place());
            Stop::Failed(fault.placed(at))
        })
    }

    /// Skips a comment or the like however long it is.
    fn skip(&mut self, opaque: Opaque, begins: Place) -> Result<(), Stop> {
        let mark = opaque.end_mark();
        loop {
            let text = self.window.text();
            if let Some(n) = scan::find_mark(text, mark) {
                self.window.pass(n + mark.len());
                return Ok(());
            }
            // The mark itself may be cut.
            self.window.pass(text.len().saturating_sub(mark.len() - 1));
            if !self.more()? {
                let (at, fault) = (self.assembler.at(begins), XmlFault::EndInTag);
                return Err(Stop::Failed(ImportError::BrokenXml { at, fault }));
            }
        }
    }
}

/// A place ahead in the window, counted only if somebody asks.
#[derive(Clone, Copy)]
struct Ahead<'w> {
    window: &'w Window,
    at: usize,
}

impl Ahead<'_> {
    fn place(self) -> Place {
        self.window.place_ahead(self.at)
    }
}

fn broken(window: &Window, assembler: &Assembler<'_>, at: usize, fault: XmlFault) -> Stop {
    Stop::Failed(ImportError::BrokenXml { at: assembler.at(window.place_ahead(at)), fault })
}

/// Outside the log there is only white space.
fn check_blank(window: &Window, assembler: &Assembler<'_>, n: usize) -> Result<(), Stop> {
    let outside = window.text().get(..n).unwrap_or_default();
    match outside.trim_ascii().is_empty() {
        true => Ok(()),
        false => Err(broken(window, assembler, 0, XmlFault::OutsideLog)),
    }
}

/// The keys that matter, on each level.
struct Roles {
    event: Vec<(Arc<str>, Role)>,
    trace: Vec<(Arc<str>, Role)>,
}

impl Roles {
    fn of(projection: &Projection, keys: &Keys) -> Roles {
        let mut event = vec![
            (keys.activity.clone(), Role::Activity),
            (keys.time.clone(), Role::Time),
            ("lifecycle:transition".into(), Role::Lifecycle),
        ];
        let mut trace = vec![(keys.case.clone(), Role::Case)];
        for (index, wanted) in projection.wanted.iter().enumerate() {
            let role = Role::Wanted(Name(u16::try_from(index).unwrap_or(u16::MAX)));
            match wanted.level {
                Level::Event => event.push((wanted.key.clone(), role)),
                Level::Trace => trace.push((wanted.key.clone(), role)),
            }
        }
        Roles { event, trace }
    }

    #[inline]
    fn event_attribute(
        &self,
        tag: &Tag<'_>,
        ahead: Ahead<'_>,
        assembler: &mut Assembler<'_>,
    ) -> Result<(), Stop> {
        let (Some(key), Some(value)) = (tag.key, tag.value) else { return Ok(()) };
        if !tag.has_reference {
            // The usual case: nothing is looked at unless somebody wants it.
            for (wanted, role) in &self.event {
                if wanted.as_bytes() == key {
                    let value = std::str::from_utf8(value).unwrap_or_default();
                    assembler.attribute(*role, written(tag), value, || ahead.place());
                }
            }
            return Ok(());
        }
        let key = unescaped(key, ahead, assembler)?;
        for (_, role) in self.event.iter().filter(|(wanted, _)| **wanted == *key) {
            let value = unescaped(value, ahead, assembler)?;
            assembler.attribute(*role, written(tag), &value, || ahead.place());
        }
        Ok(())
    }

    fn trace_attribute<V: Visitor + ?Sized>(
        &self,
        tag: &Tag<'_>,
        ahead: Ahead<'_>,
        assembler: &mut Assembler<'_>,
        visitor: &mut V,
    ) -> Result<(), Stop> {
        let (Some(key), Some(value)) = (tag.key, tag.value) else { return Ok(()) };
        let key = unescaped(key, ahead, assembler)?;
        for (_, role) in self.trace.iter().filter(|(wanted, _)| **wanted == *key) {
            let value = unescaped(value, ahead, assembler)?;
            assembler.case_attribute(*role, written(tag), &value, || ahead.place(), visitor)?;
        }
        Ok(())
    }
}

/// The type that the element gives its value.
fn written(tag: &Tag<'_>) -> Written {
    match local_name(tag) {
        b"int" => Written::Integer,
        b"float" => Written::Decimal,
        b"boolean" => Written::Boolean,
        b"date" => Written::Time,
        _ => Written::Text,
    }
}

fn unescaped<'a>(raw: &'a [u8], ahead: Ahead<'_>, assembler: &Assembler<'_>) -> Result<Cow<'a, str>, Stop> {
    let text = std::str::from_utf8(raw).unwrap_or_default();
    if !text.contains('&') {
        return Ok(Cow::Borrowed(text));
    }
    quick_xml::escape::unescape(text).map_err(|_| {
        let fault = XmlFault::Reference(shortened(text));
        Stop::Failed(ImportError::BrokenXml { at: assembler.at(ahead.place()), fault })
    })
}
