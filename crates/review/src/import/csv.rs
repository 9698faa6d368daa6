//! Event logs as tables: a header, then one event a row, in any order.

mod header;
mod split;

use std::sync::Arc;

use header::Columns;
use split::{Field, Row};

use super::assemble::{Assembler, Keys, Stop, Written};
use super::error::ImportError;
use super::event::Visitor;
use super::place::Place;
use super::projection::Projection;
use super::source::SourceFault;
use super::window::Window;

/// Reads a table to its end.
pub(super) struct CsvReader<'p> {
    window: Window,
    limit: usize,
    delimiter: u8,
    fields: Vec<Field>,
    unquoted: String,
    has_header: bool,
    pub assembler: Assembler<'p>,
}

impl<'p> CsvReader<'p> {
    pub(super) fn new(
        projection: &'p Projection,
        file: Arc<str>,
        window: Window,
        limit: usize,
    ) -> CsvReader<'p> {
        let or = |key: &Option<Arc<str>>, usual: &str| key.clone().unwrap_or_else(|| usual.into());
        let keys = Keys {
            case: or(&projection.case, "案号"),
            activity: or(&projection.activity, "环节"),
            time: or(&projection.time, "时间"),
        };
        let assembler = Assembler::new(projection, file, keys);
        let (fields, unquoted) = (Vec::new(), String::new());
        CsvReader { window, limit, delimiter: b',', fields, unquoted, has_header: false, assembler }
    }

    pub(super) fn read<V: Visitor + ?Sized>(&mut self, visitor: &mut V) -> Result<(), Stop> {
        self.more()?;
        self.delimiter =
            self.assembler.projection.delimiter.unwrap_or_else(|| split::sniff(self.window.text()));
        let place = self.window.place();
        let Some(length) = self.next_row(visitor)? else {
            // An empty file has no columns.
            let columns = Columns::of(&[], place, &mut self.assembler, visitor);
            return columns.map(|_| ());
        };
        let header = self.header();
        let place = self.window.place();
        let columns = Columns::of(&header, place, &mut self.assembler, visitor)?;
        self.window.pass(length);
        self.has_header = true;
        while let Some(length) = self.next_row(visitor)? {
            self.take(&columns, visitor)?;
            self.window.pass(length);
        }
        Ok(())
    }

    fn header(&self) -> Vec<(String, Place)> {
        let text = self.window.text();
        let name = |field: &Field| {
            let mut unquoted = String::new();
            (field.value(text, &mut unquoted).trim().to_owned(), self.window.place_ahead(field.start))
        };
        self.fields.iter().map(name).collect()
    }

    /// Finds the fields of the next row that is not blank; gives its length, or `None` at the end.
    fn next_row<V: Visitor + ?Sized>(&mut self, visitor: &mut V) -> Result<Option<usize>, Stop> {
        let mut is_last = false;
        loop {
            let text = self.window.text();
            match split::row(text, self.delimiter, is_last, &mut self.fields) {
                Row::Blank { length } => self.window.pass(length),
                Row::Fields { length } if length > self.limit => {
                    self.too_long(visitor)?;
                    self.window.pass(length);
                }
                Row::Fields { length } => return Ok(Some(length)),
                Row::End => return Ok(None),
                Row::More if text.len() > self.limit => {
                    self.too_long(visitor)?;
                    self.skip_line()?;
                }
                Row::More => match self.window.more() {
                    Ok(more) => is_last = !more,
                    Err(fault) => self.bad_bytes(fault, visitor)?,
                },
                Row::Misplaced { at } => {
                    let problem =
                        ImportError::MisplacedQuote { at: self.assembler.at(self.window.place_ahead(at)) };
                    self.assembler.problem(problem, visitor)?;
                    self.skip_line()?;
                }
                Row::Unclosed { at } => {
                    let at = self.assembler.at(self.window.place_ahead(at));
                    return Err(Stop::Failed(ImportError::UnclosedQuote { at }));
                }
            }
        }
    }

    /// Makes an event of the row that was found.
    fn take<V: Visitor + ?Sized>(&mut self, columns: &Columns, visitor: &mut V) -> Result<(), Stop> {
        let CsvReader { window, fields, unquoted, assembler, .. } = self;
        let place = window.place();
        if fields.len() != columns.n {
            let (expected, found) = (columns.n, fields.len());
            let problem = ImportError::UnevenRow { at: assembler.at(place), expected, found };
            return assembler.problem(problem, visitor);
        }
        assembler.begin_case(place);
        assembler.begin_event(place);
        let text = window.text();
        for (column, role) in &columns.roles {
            let Some(field) = fields.get(*column) else { continue };
            let value = field.value(text, unquoted);
            if !value.is_empty() {
                assembler.attribute(*role, Written::Text, value, || window.place_ahead(field.start));
            }
        }
        assembler.finish_event(visitor)
    }

    fn too_long<V: Visitor + ?Sized>(&mut self, visitor: &mut V) -> Result<(), Stop> {
        let at = self.assembler.at(self.window.place());
        self.assembler.problem(ImportError::TooLong { at, limit: self.limit }, visitor)
    }

    /// Passes over the rest of a line without keeping it.
    fn skip_line(&mut self) -> Result<(), Stop> {
        loop {
            let text = self.window.text();
            if let Some(n) = memchr::memchr(b'\n', text) {
                self.window.pass(n + 1);
                return Ok(());
            }
            self.window.pass(text.len());
            if !self.more()? {
                return Ok(());
            }
        }
    }

    /// A row with bytes that are no text is left out; a header cannot be.
    fn bad_bytes<V: Visitor + ?Sized>(&mut self, fault: SourceFault, visitor: &mut V) -> Result<(), Stop> {
        let at = self.assembler.at(self.window.place());
        if !self.has_header {
            return Err(Stop::Failed(fault.placed(at)));
        }
        let problem = fault.of_a_line(at).map_err(Stop::Failed)?;
        self.assembler.problem(problem, visitor)?;
        self.skip_line()
    }

    /// Gets more of a line that is passed over, whatever is in it.
    fn more(&mut self) -> Result<bool, Stop> {
        match self.window.more() {
            Ok(more) => Ok(more),
            Err(fault) if fault.is_passable() && self.has_header => Ok(true),
            Err(fault) => {
                let at = self.assembler.at(self.window.place());
                Err(Stop::Failed(fault.placed(at)))
            }
        }
    }
}
