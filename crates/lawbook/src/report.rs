//! Errors of the law content: all of them in one run, each with its place and a hint.

use std::cell::RefCell;
use std::ops::Range;

/// Where something stands: file (index into the law files) and byte span.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Place {
    /// Index of the file.
    pub file: usize,
    /// Bytes within the file.
    pub span: Range<usize>,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub place: Place,
}

impl<T> Located<T> {
    /// The same place with another value.
    pub fn with<U>(&self, value: U) -> Located<U> {
        Located { value, place: self.place.clone() }
    }
}

/// One thing wrong with the law content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawError {
    /// Where.
    pub place: Place,
    /// What is wrong, in Chinese.
    pub message: String,
    /// What to do about it, in Chinese.
    pub hint: Option<String>,
}

/// Collects errors while the content is read; nothing stops at the first.
#[derive(Debug, Default)]
pub struct Errors(RefCell<Vec<LawError>>);

impl Errors {
    /// Notes an error.
    pub fn add(&self, place: &Place, message: impl Into<String>) {
        self.0.borrow_mut().push(LawError { place: place.clone(), message: message.into(), hint: None });
    }

    /// Notes an error with what to do about it.
    pub fn hint(&self, place: &Place, message: impl Into<String>, hint: impl Into<String>) {
        let error = LawError { place: place.clone(), message: message.into(), hint: Some(hint.into()) };
        self.0.borrow_mut().push(error);
    }

    /// Takes over what was noted elsewhere.
    pub fn absorb(&self, others: Errors) {
        self.0.borrow_mut().append(&mut others.0.into_inner());
    }

    /// Everything noted, in order of place.
    #[must_use]
    pub fn into_sorted(self) -> Vec<LawError> {
        let mut errors = self.0.into_inner();
        errors.sort_by_key(|error| (error.place.file, error.place.span.start));
        // What `every/` says wrongly is found once for each procedure.
        let mut told = std::collections::HashSet::new();
        errors.retain(|error| told.insert((error.place.clone(), error.message.clone())));
        errors
    }
}

/// Line and column (both from 1; columns in characters) of a byte in a text.
#[must_use]
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    let before = &text[..byte];
    let line = before.matches('\n').count() + 1;
    let column = before[before.rfind('\n').map_or(0, |at| at + 1)..].chars().count() + 1;
    (line, column)
}

/// The known word closest to a misspelt one, to suggest it.
#[must_use]
pub fn closest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (given.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|word| (distance(given, word), word))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Edit distance (insertions, deletions, substitutions).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_lines_and_characters() {
        assert_eq!(line_and_column("a\n处罚x", 1), (1, 2));
        assert_eq!(line_and_column("a\n处罚x", 8), (2, 3));
    }

    #[test]
    fn a_near_miss_is_suggested() {
        assert_eq!(closest("decision-mad", ["decision-made", "case-filed"]), Some("decision-made"));
        assert_eq!(closest("xyz", ["decision-made", "case-filed"]), None);
    }
}
