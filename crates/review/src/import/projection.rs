//! What the consumer wants to know of each event. Everything else is skipped unread.

use std::collections::BTreeMap;
use std::sync::Arc;

use encoding_rs::Encoding;

use super::event::Name;

/// Which attributes or columns are read, and as what.
///
/// The default takes the case from `concept:name` of the trace (or the usual columns of a CSV file), the
/// activity from `concept:name` and the time from `time:timestamp` of the event, and no other attributes.
#[derive(Debug, Clone, Default)]
pub struct Projection {
    pub(super) case: Option<Arc<str>>,
    pub(super) activity: Option<Arc<str>>,
    pub(super) time: Option<Arc<str>>,
    /// The transitions that count; all if absent.
    pub(super) transitions: Option<Vec<String>>,
    pub(super) activities: ActivityRule,
    pub(super) wanted: Vec<Wanted>,
    pub(super) delimiter: Option<u8>,
    pub(super) encoding: Option<&'static Encoding>,
}

/// An attribute that is wanted.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub key: Arc<str>,
    pub level: Level,
    pub kind: ValueKind,
}

/// What an attribute belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The event.
    #[default]
    Event,
    /// The matter as a whole: the trace of XES, a column `case:KEY` of CSV.
    Trace,
}

/// What a value is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValueKind {
    /// What the file says it is: the element of XES; text in CSV.
    #[default]
    AsWritten,
    /// Text.
    Text,
    /// An amount; made minor units by moving the decimal point this many digits, exactly.
    Money {
        /// Digits between the unit as written and the minor unit: 2 for yuan and euro, 0 for fen.
        scale: u8,
    },
    /// An integer.
    Integer,
    /// Yes or no: `true`, `false`, `1`, `0`, `是`, `否`.
    Boolean,
    /// A day; of an instant the day as written.
    Day,
    /// An instant.
    Instant,
}

impl ValueKind {
    /// The kind in words, for a message.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            ValueKind::AsWritten => "文件所标类型的值",
            ValueKind::Text => "文字",
            ValueKind::Money { .. } => "金额（须能化为整数分）",
            ValueKind::Integer => "整数",
            ValueKind::Boolean => "是否值（可写 true、false、是、否）",
            ValueKind::Day => "日期（如 2022-03-18）",
            ValueKind::Instant => "时间（如 2022-03-18T10:20:00+08:00）",
        }
    }
}

/// How activities become acts.
#[derive(Debug, Clone, Default)]
pub(super) enum ActivityRule {
    #[default]
    AsWritten,
    Mapped {
        acts: BTreeMap<Arc<str>, Arc<str>>,
        unknown: UnknownActivities,
    },
}

/// What happens to an activity that the mapping does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownActivities {
    /// It is a problem.
    #[default]
    Error,
    /// Its events are left out and counted.
    Skip,
}

impl Projection {
    /// The default projection; see [`Projection`].
    pub fn new() -> Projection {
        Projection::default()
    }

    /// Asks for an attribute. The name given back is its position, counted from 0.
    pub fn want(&mut self, key: &str, level: Level, kind: ValueKind) -> Name {
        let name = Name(u16::try_from(self.wanted.len()).unwrap_or(u16::MAX));
        self.wanted.push(Wanted { key: key.into(), level, kind });
        name
    }

    /// The key behind a name.
    pub fn key(&self, name: Name) -> Option<&str> {
        self.wanted.get(usize::from(name.0)).map(|wanted| &*wanted.key)
    }

    /// Whether a lifecycle transition counts. Transitions are compared without regard to case.
    pub(super) fn counts(&self, transition: &str) -> bool {
        match &self.transitions {
            None => true,
            Some(counted) => counted.iter().any(|one| one.eq_ignore_ascii_case(transition)),
        }
    }
}
