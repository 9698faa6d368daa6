//! Turns the texts of a law folder into a checked lawbook, or into every error at once.

mod access;
mod acts;
mod basis;
mod cases;
mod conditions;
mod files;
mod limits;
mod needs;
mod norms;
mod overlay;
mod parameters;
mod procedures;
mod rules;
mod threads;
mod words;

use crate::files::LawFiles;
use crate::lawbook::Lawbook;
use crate::report::{Errors, LawError};

/// Every error of a law folder, with the texts to show them in.
#[derive(Debug)]
pub struct LawReport {
    /// The errors, in order of place.
    pub errors: Vec<LawError>,
    /// The texts.
    pub files: LawFiles,
}

impl std::fmt::Display for LawReport {
    /// One line an error: `文件:行:列 说明`.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for error in &self.errors {
            let (name, line, column) = self.locate(error);
            writeln!(out, "{name}:{line}:{column} {}", error.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for LawReport {}

impl LawReport {
    /// File, line and column of an error.
    #[must_use]
    pub fn locate(&self, error: &LawError) -> (&str, usize, usize) {
        match self.files.0.get(error.place.file) {
            None => ("law", 1, 1),
            Some(file) => {
                let (line, column) = crate::report::line_and_column(&file.text, error.place.span.start);
                (&file.name, line, column)
            }
        }
    }
}

/// Loads a lawbook.
///
/// # Errors
/// Every error found, never only the first.
pub fn load(files: LawFiles) -> Result<Lawbook, LawReport> {
    let errors = Errors::default();
    let mut book = read(&files, &errors);
    let errors = errors.into_sorted();
    if errors.is_empty() {
        book.files = files;
        Ok(book)
    } else {
        Err(LawReport { errors, files })
    }
}

/// Reads everything there is to read; what is wrong is noted.
fn read(files: &LawFiles, errors: &Errors) -> Lawbook {
    let (items, digest) = files::parse_all(files, errors);
    let routed = overlay::merge(files::route(files, items, errors), errors);
    let mut book = Lawbook::empty(digest);
    norms::load(&routed, &mut book, errors);
    words::load(&routed, &mut book, errors);
    words::errata(&routed, &mut book, errors);
    book.calendar = files::calendar(files, errors);
    files::check_calendar_cites(files, &book, errors);
    parameters::load(&routed, &mut book, errors);
    procedures::load(&routed, &mut book, errors);
    access::load(&routed, &mut book, errors);
    rules::load(&routed, &mut book, errors);
    cases::load(&routed, &mut book, errors);
    book
}

/// A worked case with edits made; `None` when a step they name is not there.
#[must_use]
pub fn edited(case: &crate::model::Case, edits: &[crate::model::Edit]) -> Option<crate::model::Case> {
    let errors = Errors::default();
    cases::apply(case, edits, &case.place, &errors)
}
