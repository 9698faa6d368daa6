//! Where a page ended, as text that is safe in an address.

use crate::error::StoreError;
use crate::query::{Cursor, Page};
use crate::sql::Param;

/// Where a page ended: the sort value of its last row, and what tells rows with the same value apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The sort value.
    pub value: Param,
    /// The numbers that tell the rows apart.
    pub ties: Vec<i64>,
}

impl Place {
    /// Reads what [`Place::cursor`] wrote.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when it is none of a query with these kinds of values.
    pub fn read(cursor: &Cursor, is_text: bool, n_ties: usize) -> Result<Place, StoreError> {
        let place = parse(&cursor.0)
            .filter(|place| matches!(place.value, Param::Text(_)) == is_text && place.ties.len() == n_ties);
        place.ok_or_else(|| StoreError::Cursor { given: cursor.0.chars().take(80).collect() })
    }

    /// The place as it is given to the caller.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        let mut text = match &self.value {
            Param::Int(value) => format!("i{value}"),
            Param::Text(value) => {
                value.bytes().fold("t".to_owned(), |text, byte| text + &format!("{byte:02x}"))
            }
        };
        for tie in &self.ties {
            text.push_str(&format!(".{tie}"));
        }
        Cursor(text)
    }
}

/// A page of at most `n` of what was fetched, each with its place; one more than `n` says that there is another page.
///
/// # Errors
/// What reading a row gives.
pub fn page<R, T>(
    found: Vec<(R, Place)>,
    n: u32,
    read: impl Fn(R) -> Result<T, StoreError>,
) -> Result<Page<T>, StoreError> {
    let n = super::page_size(n);
    let next = (found.len() > n).then(|| found[n - 1].1.cursor());
    let rows = found.into_iter().take(n).map(|(row, _)| read(row)).collect::<Result<_, _>>()?;
    Ok(Page { rows, next })
}

fn parse(text: &str) -> Option<Place> {
    let mut parts = text.split('.');
    let value = parts.next()?;
    let value = match (value.get(..1)?, value.get(1..)?) {
        ("i", number) => Param::Int(number.parse().ok()?),
        ("t", digits) => {
            let pairs = digits.as_bytes().chunks(2).map(|pair| {
                let is_hex = pair.len() == 2 && pair.iter().all(u8::is_ascii_hexdigit);
                let pair = std::str::from_utf8(pair).ok().filter(|_| is_hex)?;
                u8::from_str_radix(pair, 16).ok()
            });
            Param::Text(String::from_utf8(pairs.collect::<Option<Vec<u8>>>()?).ok()?)
        }
        _ => return None,
    };
    Some(Place { value, ties: parts.map(|tie| tie.parse().ok()).collect::<Option<_>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_written_and_garbage_is_not() {
        for value in [Param::Int(-5), Param::Text("〔2026〕".into()), Param::Text(String::new())] {
            let place = Place { value, ties: vec![7, 0] };
            let is_text = matches!(place.value, Param::Text(_));
            assert_eq!(Place::read(&place.cursor(), is_text, 2).unwrap(), place);
            assert!(Place::read(&place.cursor(), !is_text, 2).is_err());
            assert!(Place::read(&place.cursor(), is_text, 1).is_err());
        }
        for garbage in ["", "i", "x1.2", "t0.1", "豫.1", "i1.x", "tzz.1", "t+1.1"] {
            assert!(Place::read(&Cursor(garbage.into()), garbage.starts_with('t'), 1).is_err(), "{garbage}");
        }
    }
}
