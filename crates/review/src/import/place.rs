//! Where in a file something stands.

use std::fmt;
use std::sync::Arc;

/// A place in the text of a file, after decompression and conversion to UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line, counted from 1.
    pub line: u64,
    /// Column in characters, counted from 1.
    pub column: u64,
    /// Bytes of UTF-8 text before this place.
    pub byte: u64,
}

impl Place {
    /// The first character of a file.
    pub const START: Place = Place { line: 1, column: 1, byte: 0 };

    /// The place that follows when `passed` has been read from here.
    #[must_use]
    pub fn after(self, passed: &[u8]) -> Place {
        let byte = self.byte.saturating_add(passed.len() as u64);
        match memchr::memrchr(b'\n', passed) {
            Some(last) => Place {
                line: self.line + memchr::memchr_iter(b'\n', passed).count() as u64,
                column: 1 + n_characters(passed.get(last + 1..).unwrap_or_default()),
                byte,
            },
            None => Place { column: self.column + n_characters(passed), byte, ..self },
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第 {} 行第 {} 列", self.line, self.column)
    }
}

/// Characters in UTF-8 bytes: those that do not continue another.
fn n_characters(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count() as u64
}

/// What had been read when a problem was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Matters (事项) read to their end; always 0 for files that are not grouped by matter.
    pub matters: u64,
    /// Events handed to the visitor, or lines of a JSONL file.
    pub events: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.matters {
            0 => write!(f, "此前已读出 {} 条记录", self.events),
            matters => write!(f, "此前已读出 {matters} 个完整案件、{} 条记录", self.events),
        }
    }
}

/// File, place and what was read before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// The place in its text.
    pub place: Place,
    /// What had been read by then.
    pub read: Tally,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.file, self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_counted_in_characters() {
        let place = Place::START.after("案号,时间\n豫".as_bytes());
        assert_eq!((place.line, place.column, place.byte), (2, 2, 17));
        let place = place.after("永交".as_bytes());
        assert_eq!((place.line, place.column, place.byte), (2, 4, 23));
    }
}
