//! Document numbers (文号).

use std::fmt;
use std::str::FromStr;

/// Document number (文号) such as `豫永交执罚〔2022〕15号`.
///
/// Invariant: `issuer` is not empty and `serial` is at least 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentNumber {
    issuer: String,
    year: i16,
    serial: u32,
}

/// What is wrong with a document number.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("文号 `{given}` 写法不对，应为 `机关代字〔年份〕序号号`，例如 `豫永交执罚〔2022〕15号`")]
pub struct DocumentNumberError {
    given: String,
}

impl FromStr for DocumentNumber {
    type Err = DocumentNumberError;

    fn from_str(given: &str) -> Result<DocumentNumber, DocumentNumberError> {
        parse(given).ok_or_else(|| DocumentNumberError { given: given.to_owned() })
    }
}

fn parse(given: &str) -> Option<DocumentNumber> {
    let (issuer, rest) = given.split_once('〔')?;
    let (year, serial) = rest.split_once('〕')?;
    let year: i16 = year.parse().ok().filter(|year| (1900..=2999).contains(year))?;
    let serial: u32 = serial.strip_suffix('号')?.parse().ok().filter(|serial| *serial >= 1)?;
    if issuer.is_empty() {
        return None;
    }
    Some(DocumentNumber { issuer: issuer.to_owned(), year, serial })
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}〔{}〕{}号", self.issuer, self.year, self.serial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_number_is_printed_as_it_was_read() {
        let number: DocumentNumber = "豫永交执罚〔2022〕15号".parse().unwrap();
        assert_eq!(number.to_string(), "豫永交执罚〔2022〕15号");
        for given in ["", "豫〔2022〕0号", "〔2022〕1号", "豫[2022]1号", "豫〔二〇二二〕1号"]
        {
            assert!(given.parse::<DocumentNumber>().is_err(), "{given}");
        }
    }
}
