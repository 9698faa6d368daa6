//! Rows and fields of RFC 4180, with any delimiter of one byte.

use memchr::{memchr, memchr2};

/// Where a field lies in the text; without its outer quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub start: usize,
    pub end: usize,
    /// Whether quotes in it are doubled.
    pub is_doubled: bool,
}

impl Field {
    /// The value; `unquoted` is where doubled quotes are undone.
    pub(super) fn value<'a>(&self, text: &'a [u8], unquoted: &'a mut String) -> &'a str {
        let bytes = text.get(self.start..self.end).unwrap_or_default();
        let value = std::str::from_utf8(bytes).unwrap_or_default();
        if !self.is_doubled {
            return value;
        }
        unquoted.clear();
        for (index, part) in value.split("\"\"").enumerate() {
            if index > 0 {
                unquoted.push('"');
            }
            unquoted.push_str(part);
        }
        unquoted
    }
}

/// What the text begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// A whole row of this many bytes with its line break; the fields were written.
    Fields { length: usize },
    /// A blank line.
    Blank { length: usize },
    /// Nothing more.
    End,
    /// The text ends before the row does.
    More,
    /// Text behind a closing quote.
    Misplaced { at: usize },
    /// A quote that is open at the end of the file.
    Unclosed { at: usize },
}

/// Splits the first row of `text`; `is_last` says that nothing follows the text.
pub(super) fn row(text: &[u8], delimiter: u8, is_last: bool, fields: &mut Vec<Field>) -> Row {
    fields.clear();
    match text {
        [b'\n', ..] => return Row::Blank { length: 1 },
        [b'\r', b'\n', ..] => return Row::Blank { length: 2 },
        [] | [b'\r'] if is_last => return Row::End,
        [] | [b'\r'] => return Row::More,
        _ => {}
    }
    let mut start = 0;
    loop {
        let rest = text.get(start..).unwrap_or_default();
        let (field, behind) = match rest.first() {
            Some(b'"') => match quoted(rest, is_last) {
                Ok((end, is_doubled)) => (Field { start: start + 1, end: start + end, is_doubled }, end + 1),
                Err(true) => return Row::Unclosed { at: start },
                Err(false) => return Row::More,
            },
            _ => {
                let end = memchr2(delimiter, b'\n', rest).unwrap_or(rest.len());
                (Field { start, end: start + end, is_doubled: false }, end)
            }
        };
        let is_quoted = behind > 0 && rest.first() == Some(&b'"');
        match rest.get(behind..).unwrap_or_default() {
            [found, ..] if *found == delimiter => {
                fields.push(field);
                start += behind + 1;
            }
            [b'\n', ..] => {
                fields.push(without_return(field, text, is_quoted));
                return Row::Fields { length: start + behind + 1 };
            }
            [b'\r', b'\n', ..] if is_quoted => {
                fields.push(field);
                return Row::Fields { length: start + behind + 2 };
            }
            [] | [b'\r'] if !is_last => return Row::More,
            [] | [b'\r'] => {
                fields.push(without_return(field, text, is_quoted));
                return Row::Fields { length: text.len() };
            }
            _ => return Row::Misplaced { at: start + behind },
        }
    }
}

/// A field before `\r\n` ends before the `\r`.
fn without_return(mut field: Field, text: &[u8], is_quoted: bool) -> Field {
    if !is_quoted && field.end > field.start && text.get(field.end - 1) == Some(&b'\r') {
        field.end -= 1;
    }
    field
}

/// Where the closing quote of a field stands that begins with one, and whether quotes in it are doubled.
/// Otherwise whether the quote can no longer be closed.
fn quoted(rest: &[u8], is_last: bool) -> Result<(usize, bool), bool> {
    let mut i = 1;
    let mut is_doubled = false;
    loop {
        let Some(n) = memchr(b'"', rest.get(i..).unwrap_or_default()) else { return Err(is_last) };
        i += n;
        match rest.get(i + 1) {
            Some(b'"') => {
                is_doubled = true;
                i += 2;
            }
            // The next piece may begin with the second quote of a pair.
            None if !is_last => return Err(false),
            _ => return Ok((i, is_doubled)),
        }
    }
}

/// The delimiter among `,` `;` and tab that stands most often in the first line, outside quotes.
pub(super) fn sniff(text: &[u8]) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in text {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => break,
            byte if !is_quoted => {
                for (_, n) in counts.iter_mut().filter(|(delimiter, _)| delimiter == byte) {
                    *n += 1;
                }
            }
            _ => {}
        }
    }
    // The first of equals: a comma.
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split_all(text: &[u8], delimiter: u8) -> Result<Vec<Vec<String>>, Row> {
        let (mut rows, mut at, mut fields) = (Vec::new(), 0, Vec::new());
        loop {
            let rest = &text[at..];
            match row(rest, delimiter, true, &mut fields) {
                Row::Fields { length } => {
                    let value = |field: &Field| field.value(rest, &mut String::new()).to_owned();
                    rows.push(fields.iter().map(value).collect());
                    at += length;
                }
                Row::Blank { length } => at += length,
                Row::End => return Ok(rows),
                other => return Err(other),
            }
        }
    }

    #[test]
    fn quotes_and_line_breaks_are_read_as_written() {
        let text = "a,b\r\n\r\n\"x,\n\"\"y\"\"\",\r\n\"\",c\"d\ne,\"f\"";
        let expect: Vec<Vec<&str>> =
            vec![vec!["a", "b"], vec!["x,\n\"y\"", ""], vec!["", "c\"d"], vec!["e", "f"]];
        assert_eq!(split_all(text.as_bytes(), b',').unwrap(), expect);
    }

    #[test]
    fn wrong_quotes_are_told() {
        assert_eq!(split_all(b"a,\"b\"c\n", b','), Err(Row::Misplaced { at: 5 }));
        assert_eq!(split_all(b"a,\"b\n1,2\n", b','), Err(Row::Unclosed { at: 2 }));
    }

    #[test]
    fn a_row_cut_anywhere_asks_for_more() {
        let whole = b"a,\"b\"\"\",\"c\"\r\n";
        for n in 0..whole.len() {
            assert_eq!(row(&whole[..n], b',', false, &mut Vec::new()), Row::More, "{n}");
        }
        assert_eq!(row(whole, b',', false, &mut Vec::new()), Row::Fields { length: whole.len() });
    }

    #[test]
    fn the_delimiter_is_found() {
        assert_eq!(sniff(b"a;b;c,d\n,,,,,,"), b';');
        assert_eq!(sniff(b"a\tb\n"), b'\t');
        assert_eq!(sniff(b"\"a;;;\",b\n"), b',');
        assert_eq!(sniff(b"a"), b',');
    }

    proptest::proptest! {
        /// The `csv` crate is the oracle.
        #[test]
        fn written_tables_read_back(
            rows in proptest::collection::vec(proptest::collection::vec("[a-c,;\"\n\r案 ]{0,6}", 3), 0..6),
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            proptest::prop_assert_eq!(split_all(&text, b',').unwrap(), rows);
        }
    }
}
