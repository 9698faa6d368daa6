//! Cuts Chinese text into the words that full-text search knows; both databases are given the same.

use std::sync::LazyLock;

use jieba_rs::Jieba;
use record::Record;
use store::MatterRow;
use terms::Value;

/// Longest text of one field that is indexed, in bytes; what lies behind is found by opening the matter.
const N_BYTES_MAX: usize = 20_000;

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// The tokenizer. Its dictionary is read at the first use.
#[derive(Debug, Clone, Copy, Default)]
pub struct Words;

impl Words {
    /// The words of a text, for the index or for a question.
    #[must_use]
    pub fn cut(self, text: &str) -> Vec<String> {
        let mut end = text.len().min(N_BYTES_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let cut = JIEBA.cut_for_search(&text[..end], true);
        store::rows::index_words(cut.iter().map(|token| token.word))
    }

    /// The words a matter is found by: title, parties, numbers, texts of its acts.
    #[must_use]
    pub fn of_matter(self, record: &Record<'_>, row: &MatterRow) -> Vec<String> {
        let mut text = format!("{} {}", row.title, row.key.matter);
        for party in &row.parties {
            text.push_str(&format!(" {} {}", party.id, party.name));
        }
        let mut words = self.cut(&text);
        for act in &record.acts {
            for value in act.fields.iter().map(|(_, value)| value) {
                words.extend(self.cut_value(value));
            }
            if let Some(number) = &act.number {
                words.extend(self.cut(number));
            }
        }
        words.sort_unstable();
        words.dedup();
        words
    }

    fn cut_value(self, value: &Value) -> Vec<String> {
        match value {
            Value::Text(text) => self.cut(text),
            Value::List(values) => values.iter().flat_map(|value| self.cut_value(value)).collect(),
            Value::Row(cells) => cells.iter().flat_map(|(_, value)| self.cut_value(value)).collect(),
            Value::Bool(_) | Value::Int(_) | Value::Day(_) | Value::Instant(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_finds_the_words_of_a_text() {
        let words = Words.cut("当事人驾驶豫N12345货车超限运输，未取得道路运输经营许可");
        for asked in ["超限", "运输", "货车", "豫N12345", "道路运输"] {
            for word in Words.cut(asked) {
                assert!(words.contains(&word), "{asked}: {word} in {words:?}");
            }
        }
        assert!(!words.contains(&"，".to_owned()));
    }

    #[test]
    fn a_huge_text_is_cut_off_between_characters() {
        assert!(Words.cut(&"超限".repeat(20_000)).contains(&"超限".to_owned()));
    }
}
