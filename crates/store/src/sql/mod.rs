//! The questions to the read models as SQL. Both databases have the same tables and columns; only placeholders,
//! full text and the naming of an index differ.

mod cursor;
mod hits;
mod matters;

pub use cursor::{Place, page};
pub use hits::{findings, limits, severity_rank, word};
pub use matters::{Driver, count_matters, matters, place, probes, sorts_by_text};

use crate::query::{PAGE_MAX, Part, Scope, Whose};
use crate::rows::index_words;

/// Which database a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite with FTS5.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A value bound to a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param {
    /// A 64-bit integer.
    Int(i64),
    /// Text.
    Text(String),
}

/// A statement with its values.
#[derive(Debug, Clone)]
pub struct Sql {
    /// The statement.
    pub text: String,
    /// The values of its placeholders, in order.
    pub params: Vec<Param>,
    dialect: Dialect,
}

impl Sql {
    fn new(dialect: Dialect) -> Sql {
        Sql { text: String::new(), params: Vec::new(), dialect }
    }

    fn push(&mut self, text: &str) -> &mut Sql {
        self.text.push_str(text);
        self
    }

    fn bind(&mut self, param: Param) -> &mut Sql {
        self.params.push(param);
        let sign = match self.dialect {
            Dialect::Sqlite => '?',
            Dialect::Postgres => '$',
        };
        self.text.push(sign);
        self.text.push_str(&self.params.len().to_string());
        self
    }

    fn int(&mut self, value: i64) -> &mut Sql {
        self.bind(Param::Int(value))
    }

    fn text(&mut self, value: impl Into<String>) -> &mut Sql {
        self.bind(Param::Text(value.into()))
    }

    /// ` and COLUMN in (…)`, or nothing when there is nothing to choose from.
    fn one_of<'a>(&mut self, column: &str, values: impl IntoIterator<Item = &'a str>) -> &mut Sql {
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return self;
        }
        self.push(" and ").push(column).push(" in (");
        let mut is_first = true;
        for value in values {
            if !is_first {
                self.push(", ");
            }
            is_first = false;
            self.text(value);
        }
        self.push(")")
    }

    /// SQLite is told which index to use, so that no list depends on statistics; PostgreSQL keeps its own.
    fn indexed_by(&mut self, index: Option<&str>) -> &mut Sql {
        if let (Dialect::Sqlite, Some(index)) = (self.dialect, index) {
            self.push(" indexed by ").push(index);
        }
        self
    }
}

/// How many rows are fetched for a page: one more tells whether there is another page.
#[must_use]
pub fn page_size(n: u32) -> usize {
    n.clamp(1, PAGE_MAX) as usize
}

/// The parts of a scope; `units` are those that have matters, for a scope of all.
#[must_use]
pub fn parts(scope: &Scope, units: &[String]) -> Vec<Part> {
    let mut parts = match scope {
        Scope::All => units.iter().map(|unit| Part { unit: unit.clone(), whose: Whose::Unit }).collect(),
        Scope::Of(parts) => parts.clone(),
    };
    parts.sort();
    parts.dedup();
    parts
}

/// What a matter's words are looked up by: all of them, in FTS5 within the unit.
/// None when the words hold neither letter nor digit: those find nothing.
#[must_use]
pub fn words_query(dialect: Dialect, unit: &str, words: &[String]) -> Option<String> {
    let words = index_words(words.iter().map(String::as_str));
    if words.is_empty() {
        return None;
    }
    Some(match dialect {
        Dialect::Sqlite => words_text(unit, &words).replace(' ', " AND "),
        // Neither quotes nor operators are left in plain words.
        Dialect::Postgres => words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" & "),
    })
}

/// What the full-text index of SQLite is given: the unit and the words in hexadecimal digits, so that its own
/// idea of letters does not matter, which is older than some characters in names.
#[must_use]
pub fn words_text(unit: &str, words: &[String]) -> String {
    let digits = |sign: &str, word: &str| {
        word.bytes().fold(sign.to_owned(), |text, byte| {
            let [high, low] =
                [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]));
            text + high.encode_utf8(&mut [0]) + low.encode_utf8(&mut [0])
        })
    };
    let words = words.iter().map(|word| digits("w", word));
    [digits("u", unit)].into_iter().chain(words).collect::<Vec<_>>().join(" ")
}

/// The words that [`words_text`] was given.
#[must_use]
pub fn words_of(text: &str) -> Vec<String> {
    let word = |digits: &str| {
        let bytes = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
        let bytes = bytes.map(|pair| u8::from_str_radix(pair?, 16).ok());
        String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
    };
    text.split(' ').filter_map(|word_text| word(word_text.strip_prefix('w')?)).collect()
}

/// The key by which paper numbers sort: runs of digits count as numbers, matters without one come last.
#[must_use]
pub fn number_key(number: Option<&str>) -> String {
    let Some(number) = number else { return char::MAX.to_string() };
    let mut key = String::new();
    let mut digits = String::new();
    for sign in number.chars().chain(['\0']) {
        if sign.is_ascii_digit() {
            digits.push(sign);
            continue;
        }
        if !digits.is_empty() {
            key.push_str(&format!("{:0>10}", digits.trim_start_matches('0')));
            digits.clear();
        }
        if sign != '\0' {
            key.push(sign);
        }
    }
    key
}

/// What stands for a day that is not there: later than every day.
pub const NO_DAY: &str = "~";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sort_as_people_count() {
        let mut numbers = [Some("罚〔2026〕10号"), None, Some("罚〔2026〕9号"), Some("罚〔2025〕100号")];
        numbers.sort_by_key(|number| number_key(*number));
        assert_eq!(numbers, [Some("罚〔2025〕100号"), Some("罚〔2026〕9号"), Some("罚〔2026〕10号"), None]);
    }

    #[test]
    fn words_cannot_break_out_of_their_query() {
        let words = ["超限\" OR x".to_owned(), "a'b".to_owned()];
        let sqlite = words_query(Dialect::Sqlite, "u'1", &words).unwrap();
        assert_eq!(sqlite, "u752731 AND w61 AND w62 AND w6f72 AND w78 AND we8b685e99990");
        assert_eq!(words_of(&sqlite.replace(" AND ", " ")), ["a", "b", "or", "x", "超限"]);
        let postgres = words_query(Dialect::Postgres, "u", &words).unwrap();
        assert_eq!(postgres, "'a' & 'b' & 'or' & 'x' & '超限'");
        assert_eq!(words_query(Dialect::Postgres, "u", &["—".to_owned()]), None);
    }
}
