//! JSONL split into lines; the record crate reads what is in them.

use std::ops::ControlFlow;
use std::sync::Arc;

use memchr::memchr;

use super::assemble::Stop;
use super::error::ImportError;
use super::event::Summary;
use super::place::{At, Place};
use super::source::SourceFault;
use super::window::Window;

/// One line of a file, without its line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// UTF-8, never blank.
    pub bytes: &'a [u8],
    /// Its number, counted from 1; blank lines are counted, too.
    pub number: u64,
    /// Bytes of text before it.
    pub byte: u64,
}

/// Takes lines. A closure over lines is a visitor, too.
pub trait LineVisitor {
    /// One line. `Break` ends reading without an error.
    fn line(&mut self, line: Line<'_>) -> ControlFlow<()>;

    /// A line that is too long or no text. See [`super::Visitor::problem`].
    ///
    /// # Errors
    /// Given back, it ends reading; that is what happens unless the visitor keeps the problem and says `Ok`.
    fn problem(&mut self, problem: ImportError) -> Result<(), ImportError> {
        Err(problem)
    }
}

impl<F: FnMut(Line<'_>) -> ControlFlow<()>> LineVisitor for F {
    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        self(line)
    }
}

/// Reads lines to the end.
pub(super) struct LineReader {
    file: Arc<str>,
    window: Window,
    limit: usize,
    number: u64,
    byte: u64,
    pub summary: Summary,
}

impl LineReader {
    pub(super) fn new(file: Arc<str>, window: Window, limit: usize) -> LineReader {
        LineReader { file, window, limit, number: 1, byte: 0, summary: Summary::default() }
    }

    pub(super) fn read<V: LineVisitor + ?Sized>(&mut self, visitor: &mut V) -> Result<(), Stop> {
        // Bytes of the window in which there is no line break.
        let mut n_searched = 0;
        loop {
            let text = self.window.text();
            match memchr(b'\n', text.get(n_searched..).unwrap_or_default()) {
                Some(n) => {
                    self.take(n_searched + n, visitor)?;
                    self.pass(n_searched + n + 1);
                    self.number += 1;
                    n_searched = 0;
                }
                None if text.len() > self.limit => {
                    self.too_long(visitor)?;
                    self.skip_line()?;
                    n_searched = 0;
                }
                None => {
                    n_searched = text.len();
                    match self.window.more() {
                        Ok(true) => {}
                        Ok(false) => {
                            self.take(n_searched, visitor)?;
                            self.pass(n_searched);
                            return Ok(());
                        }
                        Err(fault) => {
                            self.byte += n_searched as u64;
                            self.bad_bytes(fault, visitor)?;
                            self.skip_line()?;
                            n_searched = 0;
                        }
                    }
                }
            }
        }
    }

    /// Hands over the line that ends after `n` bytes.
    fn take<V: LineVisitor + ?Sized>(&mut self, n: usize, visitor: &mut V) -> Result<(), Stop> {
        if n > self.limit {
            return self.too_long(visitor);
        }
        let bytes = self.window.text().get(..n).unwrap_or_default();
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        self.summary.read.events += 1;
        match visitor.line(Line { bytes, number: self.number, byte: self.byte }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stop::Asked),
        }
    }

    fn bad_bytes<V: LineVisitor + ?Sized>(
        &mut self,
        fault: SourceFault,
        visitor: &mut V,
    ) -> Result<(), Stop> {
        let at = At { file: self.file.clone(), place: self.window.place(), read: self.summary.read };
        let problem = fault.of_a_line(at).map_err(Stop::Failed)?;
        self.summary.n_problems += 1;
        visitor.problem(problem).map_err(Stop::Failed)
    }

    fn too_long<V: LineVisitor + ?Sized>(&mut self, visitor: &mut V) -> Result<(), Stop> {
        self.summary.n_problems += 1;
        let problem = ImportError::TooLong { at: self.at(), limit: self.limit };
        visitor.problem(problem).map_err(Stop::Failed)
    }

    /// Passes over the rest of a line without keeping it.
    fn skip_line(&mut self) -> Result<(), Stop> {
        loop {
            let text = self.window.text();
            let (n, is_found) = match memchr(b'\n', text) {
                Some(n) => (n + 1, true),
                None => (text.len(), false),
            };
            self.pass(n);
            if is_found {
                self.number += 1;
            }
            if is_found || !self.more()? {
                return Ok(());
            }
        }
    }

    fn pass(&mut self, n: usize) {
        self.byte += n as u64;
        self.window.pass(n);
    }

    /// Gets more of a line that is passed over, whatever is in it.
    fn more(&mut self) -> Result<bool, Stop> {
        match self.window.more() {
            Ok(more) => Ok(more),
            Err(fault) if fault.is_passable() => Ok(true),
            Err(fault) => Err(Stop::Failed(fault.placed(self.at()))),
        }
    }

    fn at(&self) -> At {
        let place = Place { line: self.number, column: 1, byte: self.byte };
        At { file: self.file.clone(), place, read: self.summary.read }
    }
}
