//! What is wrong in a file of the calendar.

use std::ops::Range;

/// One mistake in a file of the calendar, with its place and what to do.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("{file}：{message}")]
pub struct CalendarError {
    /// The file as it was named by the caller.
    pub file: String,
    /// Bytes in the file; empty at 0 when the file as a whole is meant.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// Collects the mistakes of one file.
#[derive(Debug)]
pub(crate) struct Reporter<'e> {
    file: &'e str,
    errors: &'e mut Vec<CalendarError>,
}

impl<'e> Reporter<'e> {
    pub(crate) fn new(file: &'e str, errors: &'e mut Vec<CalendarError>) -> Reporter<'e> {
        Reporter { file, errors }
    }

    pub(crate) fn at(&mut self, span: Range<usize>, message: &str, hint: &str) {
        let (message, hint) = (message.to_owned(), hint.to_owned());
        self.errors.push(CalendarError { file: self.file.to_owned(), span, message, hint });
    }

    pub(crate) fn whole_file(&mut self, message: &str, hint: &str) {
        self.at(0..0, message, hint);
    }

    /// A text that is not TOML, or lacks or adds a key.
    pub(crate) fn toml(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        let hint = "对照同一文件夹里的其他文件检查键名、引号和逗号";
        self.at(span, &format!("读不懂：{}", error.message().replace('\n', " ")), hint);
    }
}
