//! Citations: `norm-key#article.paragraph(item)`.

use std::fmt;
use std::str::FromStr;

use crate::numerals::to_chinese;

/// A place in a norm (条、款、项), for example `penalty-law#58.1(2)`: 行政处罚法第五十八条第一款第（二）项.
///
/// The version of the norm is chosen by date and never stands in a citation.
/// Policy papers have no articles; their places are written as they number them, for example `three-systems#六`.
/// Invariant: `norm` and `place` are not empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Citation {
    norm: String,
    place: String,
}

/// What is wrong with a citation.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("引用 `{given}` 写法不对，应为 `规范键#条.款(项)`，例如 `penalty-law#58.1(2)`")]
pub struct CitationError {
    given: String,
}

impl Citation {
    /// The key of the norm in `law/norms.toml`.
    #[must_use]
    pub fn norm(&self) -> &str {
        &self.norm
    }

    /// The place within the norm, as written: `58.1(2)`.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The article number, when the norm is numbered in articles (条).
    #[must_use]
    pub fn article(&self) -> Option<u32> {
        let digits = self.place.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.place.len());
        self.place[..digits].parse().ok()
    }

    /// The place in Chinese: 第五十八条第一款第（二）项; empty for a product default, which is no law.
    #[must_use]
    pub fn chinese_place(&self) -> String {
        let Some(article) = self.article() else {
            return if self.place == "default" { String::new() } else { format!("（{}）", self.place) };
        };
        let mut written = format!("第{}条", to_chinese(article));
        let mut rest = &self.place[article.to_string().len()..];
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find('(').unwrap_or(after.len());
            if let Ok(paragraph) = after[..end].parse::<u32>() {
                written.push_str(&format!("第{}款", to_chinese(paragraph)));
                rest = &after[end..];
            }
        }
        for item in rest.split('(').skip(1) {
            let item = item.trim_end_matches(')');
            match item.parse::<u32>() {
                Ok(number) => written.push_str(&format!("第（{}）项", to_chinese(number))),
                Err(_) => written.push_str(&format!("第（{item}）项")),
            }
        }
        written
    }
}

impl FromStr for Citation {
    type Err = CitationError;

    fn from_str(given: &str) -> Result<Citation, CitationError> {
        let wrong = || CitationError { given: given.to_owned() };
        let (norm, place) = given.split_once('#').ok_or_else(wrong)?;
        let key_ok = !norm.is_empty()
            && norm.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        let place_ok = !place.is_empty() && !place.contains(char::is_whitespace) && !place.contains('#');
        if !key_ok || !place_ok {
            return Err(wrong());
        }
        Ok(Citation { norm: norm.to_owned(), place: place.to_owned() })
    }
}

impl fmt::Display for Citation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}#{}", self.norm, self.place)
    }
}

impl serde::Serialize for Citation {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_written_in_chinese() {
        for (given, chinese) in [
            ("penalty-law#58", "第五十八条"),
            ("penalty-law#58.1(2)", "第五十八条第一款第（二）项"),
            ("transport-procedure#61(8)", "第六十一条第（八）项"),
            ("three-systems#六", "（六）"),
            ("product#default", ""),
        ] {
            let cite: Citation = given.parse().unwrap();
            assert_eq!(cite.to_string(), given);
            assert_eq!(cite.chinese_place(), chinese, "{given}");
        }
    }

    #[test]
    fn a_citation_without_a_place_is_refused() {
        for given in ["penalty-law", "#58", "penalty-law#", "处罚法#58", "penalty-law#5 8"] {
            assert!(given.parse::<Citation>().is_err(), "{given}");
        }
    }
}
